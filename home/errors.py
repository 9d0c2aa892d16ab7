"""Refusals of the API: what is asked for cannot be read, or is not there."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class BadParameter(Refusal):
    """A parameter of an address of the API is unknown, or holds what it cannot; the sentence says which one."""


class UnknownAddress(Refusal):
    message = _("There is nothing at this address. The sets of data are listed at /api/v1/.")
