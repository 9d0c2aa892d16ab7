"""Chooser of a proposal: searches by words of its title or by number, and shows its state."""

import re
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChosenMultipleView, ChosenView
from wagtail.admin.widgets import BaseChooser

from common.choosers import (
    FilteredChooser,
    FilteredChooserViewSet,
    OneChosenView,
    SeveralChosenView,
    number_of,
    with_beginnings,
)
from participation.models import Proposal

# « 12 », « n° 12 », « #12 ».
NUMBER = re.compile(r"(?:n\s*°|#)?\s*(\d+)", re.IGNORECASE)


def name_of(proposal: Proposal) -> str:
    """Returns the label of `proposal` in the field; only the number if it is not public."""
    if proposal.is_public:
        return f"{proposal} ({proposal.get_state_display()})"
    return gettext("n° %(number)d: not public") % {"number": proposal.pk}


def url_of(proposal: Proposal) -> str | None:
    """Returns the public page of `proposal`, or None."""
    return proposal.get_absolute_url() if proposal.is_public else None


class ProposalChooser(FilteredChooser):
    """Chooser field for a proposal."""

    model = Proposal
    icon = "form"
    choose_one_text = _("Choose a proposal")
    choose_another_text = _("Choose another proposal")
    link_to_chosen_text = _("See it on the site")
    chooser_modal_url_name = "wagtailsnippetchoosers_participation_proposal:choose"

    def get_value_data_from_instance(self, instance: Proposal) -> dict[str, Any]:
        return {"id": instance.pk, "edit_url": url_of(instance), self.display_title_key: name_of(instance)}


class ChosenMixin:
    """Data of the chosen proposal for the field."""

    def get_display_title(self, instance: Proposal) -> str:
        return name_of(instance)

    def get_edit_item_url(self, instance: Proposal) -> str | None:
        return url_of(instance)


class ProposalChosenView(ChosenMixin, OneChosenView):
    pass


class ProposalsChosenView(ChosenMixin, SeveralChosenView):
    pass


class ProposalChooserViewSet(FilteredChooserViewSet):
    """Chooser of public proposals: all users of the admin may use it, so it lists no other titles."""

    icon = "form"
    choose_one_text = ProposalChooser.choose_one_text
    choose_another_text = ProposalChooser.choose_another_text
    edit_item_text = ProposalChooser.link_to_chosen_text
    base_widget_class: type[BaseChooser] = ProposalChooser
    chosen_view_class: type[ChosenView] = ProposalChosenView
    chosen_multiple_view_class: type[ChosenMultipleView] = ProposalsChosenView

    def choosable(self, user: Any) -> QuerySet[Proposal]:
        return Proposal.objects.published()

    def search(self, user: Any, objects: QuerySet[Proposal], text: str) -> Any:
        if match := NUMBER.fullmatch(text):
            return objects.filter(pk=number_of(match[1]))
        return with_beginnings(objects, text)

    def extra_columns(self, user: Any) -> list[Column]:
        return [Column("get_state_display", label=_("State"))]
