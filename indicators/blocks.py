"""Blocks of the report of a year."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import QuoteBlock
from committee.models.portraits import Portrait


class QuoteOfYearBlock(QuoteBlock):
    """A quotation with the drawn portrait that its author chose; the house of the committee without one."""

    portrait = blocks.ChoiceBlock(
        choices=Portrait.choices,
        required=False,
        label=_("Portrait"),
        help_text=_("The drawing that the person chose. Ask for their agreement to be quoted and named."),
    )

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds the drawing to show."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return context | {"figure": value.get("portrait") or Portrait.HOUSE}

    class Meta:
        template = "indicators/blocks/quote_of_year.html"
