"""Chooser of the poll of a survey, among polls for people met."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from common.choosers import FilteredChooserViewSet
from fieldwork.models.surveys import SurveyPollChooser
from polls.admin.viewsets import poll_columns
from polls.models import Poll
from polls.permissions import can_change_polls


class SurveyPollChooserViewSet(FilteredChooserViewSet):
    """Chooser of the polls for people met, drafts included. Used only by the form of a survey (`SurveyPollChooser`)."""

    name = "survey_polls"
    model = Poll
    icon = SurveyPollChooser.icon
    url_prefix = "sondages-des-enquetes"
    register_widget = False
    choose_one_text = SurveyPollChooser.choose_one_text
    choose_another_text = SurveyPollChooser.choose_another_text
    search_fields: ClassVar = ["title"]

    def choosable(self, user: Any) -> QuerySet[Poll]:
        among_people_met = Poll.objects.filter(audience=Poll.Audience.PEOPLE_MET).select_related("survey")
        return among_people_met if can_change_polls(user) else among_people_met.none()

    def extra_columns(self, user: Any) -> Sequence[Column]:
        return [*poll_columns(), Column("survey", label=_("Field survey"), accessor=_survey_of)]


def _survey_of(poll: Poll) -> str:
    return str(getattr(poll, "survey", ""))
