"""Panels in which editors link news and the committee's work to proposals."""

from django.forms import NumberInput
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel


def proposals_panel(relation: str = "proposals") -> InlinePanel:
    """Returns a panel of numbers of proposals: a list would show those that nobody has moderated."""
    number = FieldPanel("proposal", widget=NumberInput)
    return InlinePanel(relation, [number], heading=_("Proposals it is about"), label=_("Proposal"))


def proposals_in_news() -> InlinePanel:
    return proposals_panel("proposals_told")
