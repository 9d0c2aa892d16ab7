"""Menu « Participation »: moderation, appeals, answers of the city."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from cms.admin.page_lists import PageListViewSet
from participation.admin.answers.gaps_report import FollowUpGapsViewSet
from participation.admin.answers.viewsets import (
    AnswerTemplateViewSet,
    AnswerViewSet,
    CityServiceViewSet,
    WaitingViewSet,
)
from participation.admin.moderation.queues import AppealViewSet, ReportViewSet
from participation.admin.moderation.viewsets import AddendumViewSet, CommentViewSet, ProposalViewSet
from participation.models import CallPage


class CallListViewSet(PageListViewSet):
    name = "call_list"
    model = CallPage
    icon = "flag"
    menu_label = _("Calls for proposals")
    url_prefix = "appels"  # type: ignore[assignment]


class ParticipationViewSetGroup(SnippetViewSetGroup):
    items = (
        ProposalViewSet,
        AddendumViewSet,
        CommentViewSet,
        ReportViewSet,
        AppealViewSet,
        WaitingViewSet,
        AnswerViewSet,
        AnswerTemplateViewSet,
        FollowUpGapsViewSet,
        CallListViewSet,
        CityServiceViewSet,
    )
    menu_label = _("Participation")
    menu_icon = "comment"
    menu_order = 130
