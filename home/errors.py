"""Refusals of the API and of the archives: invalid parameters, unknown URLs, targets that cannot be written."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class BadParameter(Refusal):
    """A URL parameter of the API is unknown or invalid; the message has its name."""


class UnknownAddress(Refusal):
    message = _("There is nothing at this address. The sets of data are listed at /api/v1/.")


class YearNotBegun(Refusal):
    message = _("This year has not begun.")


class FolderExists(Refusal):
    message = _("This folder exists already. Name one that does not.")
