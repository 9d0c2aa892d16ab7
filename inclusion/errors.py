"""Refusals about places of help."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class RowRefused(Refusal):
    """A row of a file is no place that the site can show. It is raised with the sentence."""


class PlaceGone(Refusal):
    """The place is not shown any more: there is nothing to report about it."""

    message = _("This place is not in the list any more. Thank you all the same.")


class CellLeftOut(Refusal):
    """The cell holds nothing of use; the place does without it."""
