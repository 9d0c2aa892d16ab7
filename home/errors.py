"""Refusals of the API and of the archives: what is asked for cannot be read or written, or is not there."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class BadParameter(Refusal):
    """A parameter of an address of the API is unknown, or holds what it cannot; the sentence says which one."""


class UnknownAddress(Refusal):
    message = _("There is nothing at this address. The sets of data are listed at /api/v1/.")


class YearNotBegun(Refusal):
    message = _("This year has not begun.")


class FolderExists(Refusal):
    message = _("This folder exists already. Name one that does not.")
