"""Refusals of an import: a whole export, or one of its rows with its reason."""

from django.db import models
from django.utils.translation import gettext_lazy

from common.errors import Refusal


class ExportError(Refusal):
    """The export cannot be read. The message is one sentence with the file and what to do."""


class Reason(models.TextChoices):
    """Reason for refusing a row. The vocabulary is closed: a new case needs a new value here."""

    CELLS = "cells", gettext_lazy("the row does not have one cell per column")
    NUMBER = "number", gettext_lazy("a number is missing or is not a whole number")
    ADDRESS = "address", gettext_lazy("the address is not a web address of at most 500 characters")
    DATE = "date", gettext_lazy("the date is not a past date such as 2019-01-16 10:58:44 +0100")
    TITLE = "title", gettext_lazy("the title is empty")
    BODY = "body", gettext_lazy("the text is empty")
    TOO_LONG = "too-long", gettext_lazy("a text is too long; it is not cut")
    POSITION = "position", gettext_lazy("the position is not -1, 0 or 1")
    DEPTH = "depth", gettext_lazy("the depth is wrong: 0 for a comment, one more than its parent for a reply")
    DUPLICATE = "duplicate", gettext_lazy("the same row came before")
    OTHER_PLATFORM = "other-platform", gettext_lazy("what is commented on lies on another platform")
    UNKNOWN_ROOT = "unknown-root", gettext_lazy("what is commented on was not imported")


class RowRefused(Refusal):
    """Raised while one row is read or placed; the import goes on with other rows."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
