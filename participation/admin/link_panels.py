"""Panels to link news and the committee's work to proposals."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel


def proposals_panel(relation: str = "proposals") -> InlinePanel:
    """Returns a panel of linked proposals, with the chooser of `participation.admin.choosers`."""
    return InlinePanel(relation, [FieldPanel("proposal")], heading=_("Proposals it is about"), label=_("Proposal"))


def proposals_in_news() -> InlinePanel:
    return proposals_panel("proposals_told")
