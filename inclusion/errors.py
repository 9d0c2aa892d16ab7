"""Refusals about places of help."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class RowRefused(Refusal):
    """A row of a file is not a valid place. Raised with the sentence to show."""


class PlaceGone(Refusal):
    """The place is no longer public, so that it cannot be reported."""

    message = _("This place is not in the list any more. Thank you all the same.")


class UnusableCell(Refusal):
    """The value of an optional cell is unusable and is left out of the place."""
