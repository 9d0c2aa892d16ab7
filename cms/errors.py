"""Refusals of this app."""

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class PublicationRefused(Refusal):
    """Refusal to publish a draft. `title` is its title, `reasons` are the error messages of its form."""

    def __init__(self, title: str, reasons: Sequence[str]) -> None:
        self.title = title
        self.reasons = list(reasons)
        parameters = {"title": title, "reasons": " ".join(self.reasons)}
        super().__init__(gettext("“%(title)s” is not published. %(reasons)s") % parameters)


class ReviewExpired(Refusal):
    message = _("This page does not wait any more as you read it: it was approved, given back or taken back meanwhile.")


class DraftChanged(Refusal):
    message = _("Somebody saved this page or sent it meanwhile. Open it, then send it.")
