"""StreamField blocks of the annual report."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import QuoteBlock
from committee.models.portraits import Portrait


class QuoteOfYearBlock(QuoteBlock):
    """Quotation with the drawn portrait chosen by its author, or the committee's house by default."""

    portrait = blocks.ChoiceBlock(
        choices=Portrait.choices,
        required=False,
        label=_("Portrait"),
        help_text=_("The drawing that the person chose. Ask for their agreement to be quoted and named."),
    )

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Adds the drawing as `figure`."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return context | {"figure": value.get("portrait") or Portrait.HOUSE}

    class Meta:
        template = "indicators/blocks/quote_of_year.html"
