"""Registers this app with Wagtail and with the hooks of other apps."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from accounts.hooks import ACCOUNT_LINKS_HOOK, CONTRIBUTIONS_HOOK, AccountLink
from cms.admin.dashboard import register_panel
from cms.hooks import CARD_KINDS_HOOK, INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK
from committee.hooks import MEMBER_AREA_LINKS_HOOK, MEMBER_TASKS_HOOK, TOPIC_SECTIONS_HOOK, TopicSection
from committee.models import Member, TopicPage
from common.hooks import OPEN_DATASETS_HOOK, PERSONAL_DATA_HOOK
from fieldwork import sitemaps
from fieldwork.personal_data import PERSONAL_DATA
from fieldwork.surveys import exports as survey_exports
from fieldwork.surveys.admin.choosers import SurveyPollChooserViewSet
from fieldwork.surveys.admin.coding import TextsViewSet
from fieldwork.surveys.admin.dashboard import TextsToCodePanel
from fieldwork.surveys.admin.entry import SheetEntryViewSet
from fieldwork.surveys.admin.surveys import OutingViewSet, SurveysViewSet
from fieldwork.surveys.queries.pages import topic_section
from fieldwork.surveys.queries.sheets import has_sheets
from fieldwork.surveys.services.sheets import DECLARED_VOID, MADE
from fieldwork.trials import notifications
from fieldwork.trials.admin.actions import ACTIONS
from fieldwork.trials.admin.dashboard import FindingsToGoOnPanel, FindingsToReadPanel, LateFindingsPanel
from fieldwork.trials.admin.desk import TrialDeskViewSet
from fieldwork.trials.admin.viewsets import CampaignListViewSet, FindingViewSet, ToAnswerViewSet
from fieldwork.trials.exports.open_data import open_datasets
from fieldwork.trials.queries.elsewhere import campaigns_of_topic, link_to_trials, trials_tried
from fieldwork.trials.services.news import notify_reporters
from fieldwork.trials.services.reports import ENTER
from fieldwork.trials.services.states import CHANGE, MARK, REMIND
from fieldwork.volunteers.notifications import OutingRecalled
from fieldwork.volunteers.queries.going import volunteer_tasks
from fieldwork.volunteers.services import CANCEL, recall_outings
from mailing.hooks import ON_TICK, REGISTER_NOTIFICATIONS
from mailing.notifications import Notification
from polls.hooks import POLL_ON_PAPER_HOOK

register_snippet(FindingViewSet)
register_snippet(OutingViewSet)
for viewset in (
    CampaignListViewSet,
    ToAnswerViewSet,
    TrialDeskViewSet,
    SurveysViewSet,
    SheetEntryViewSet,
    TextsViewSet,
):
    hooks.register("register_admin_viewset", viewset)
hooks.register(TOPIC_SECTIONS_HOOK, campaigns_of_topic)
hooks.register(SITEMAP_HOOK, sitemaps.pages)
hooks.register(INDEXABLE_VIEWS_HOOK, sitemaps.indexable_views)
hooks.register(CARD_KINDS_HOOK, sitemaps.card_kind)
hooks.register(OPEN_DATASETS_HOOK, open_datasets)
hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
hooks.register(ACCOUNT_LINKS_HOOK, link_to_trials)
hooks.register(CONTRIBUTIONS_HOOK, trials_tried)
hooks.register("register_admin_viewset", SurveyPollChooserViewSet)
register_panel(FindingsToReadPanel)
register_panel(FindingsToGoOnPanel)
register_panel(LateFindingsPanel)
register_panel(TextsToCodePanel)
for action in ACTIONS:
    hooks.register("register_bulk_action", action)
hooks.register(OPEN_DATASETS_HOOK, survey_exports.open_datasets)
hooks.register(POLL_ON_PAPER_HOOK, has_sheets)


@hooks.register(REGISTER_NOTIFICATIONS)
def mails() -> list[type[Notification]]:
    return [
        notifications.FindingsMoved,
        notifications.FindingsSent,
        notifications.SensitiveReported,
        notifications.ServiceRemindedOfFindings,
        OutingRecalled,
    ]


@hooks.register(ON_TICK)
def tell_what_became_of_findings(now: datetime) -> str:
    number = notify_reporters(now=now)
    return f"{number} people told of findings" if number else ""


hooks.register(MEMBER_TASKS_HOOK, volunteer_tasks)


@hooks.register(MEMBER_AREA_LINKS_HOOK)
def card_of_the_ground(request: HttpRequest, member: Member) -> list[AccountLink]:
    hint = gettext("Outings and test campaigns: who goes, and when.")
    return [AccountLink(order=4, label=gettext("On the ground"), url=reverse("fieldwork:ground"), hint=hint)]


@hooks.register(ON_TICK)
def recall_what_is_tomorrow(now: datetime) -> str:
    number = recall_outings(now=now)
    return f"{number} reminders of outings" if number else ""


@hooks.register(TOPIC_SECTIONS_HOOK)
def surveys_of_topic(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    return topic_section(topic, request, timezone.now())


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(MADE, _("Make sheets"), _("Sheets made"))
    actions.register_action(DECLARED_VOID, _("Declare a sheet void"), _("Sheet declared void"))
    actions.register_action(CHANGE, _("Change the state of a finding"), _("State of the finding changed"))
    actions.register_action(REMIND, _("Remind the service"), _("Service reminded"))
    actions.register_action(MARK, _("Mark as sensitive"), _("Sensitive, or not any more"))
    actions.register_action(CANCEL, _("Cancel the outing"), _("Outing cancelled"))
    actions.register_action(ENTER, _("Enter a trial for somebody"), _("Trial entered for somebody"))
