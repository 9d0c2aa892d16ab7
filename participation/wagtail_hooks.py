"""Registration of participation with Wagtail and with the hooks of the other apps."""

from datetime import datetime

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from accounts.hooks import (
    ACCOUNT_EMAIL_CHANGED_HOOK,
    ACCOUNT_LINKS_HOOK,
)
from cms.admin.dashboard import register_panel
from cms.hooks import (
    CARD_KINDS_HOOK,
    INDEXABLE_VIEWS_HOOK,
    NEWS_PANELS_HOOK,
    SITEMAP_HOOK,
)
from committee.hooks import RELATED_TO_ROWS_HOOK, ROW_PANELS_HOOK, TOPIC_SECTIONS_HOOK
from common.admin import register_search_of
from common.hooks import OPEN_DATASETS_HOOK, PERSONAL_DATA_HOOK
from mailing.hooks import ON_TICK, REGISTER_NOTIFICATIONS
from mailing.notifications import Notification
from participation import sitemaps
from participation.admin.dashboard import AppealsPanel, FollowUpGapsPanel, LateAnswersPanel, ReportsPanel, ToReadPanel
from participation.admin.desk.dashboard import LatestEntriesPanel, OpenTodayPanel, PlacesPanel
from participation.admin.desk.viewsets import DeskCommentViewSet, DeskEntryViewSet, DeskProposalViewSet
from participation.admin.link_panels import proposals_in_news, proposals_panel
from participation.admin.log_actions import register_appeals, register_decisions, register_entries
from participation.admin.menu import ParticipationViewSetGroup
from participation.admin.moderation.views import (
    DismissAction,
    HideVersionsAction,
    MarkReadAction,
    OverturnAction,
    PublishAction,
    RefuseAction,
    RefuseReportedAction,
    UpholdAction,
)
from participation.exports.open_data import open_datasets
from participation.hooks import ANSWER_PREVIEW_HOOK, PROPOSAL_LIST_VIEW_HOOK
from participation.models import Comment, Proposal
from participation.notifications import followers, moderation, proposals, replies, reports
from participation.personal_data import PERSONAL_DATA
from participation.queries import related
from participation.services.answers import publish_due_answers
from participation.services.erasure import follow_email
from participation.services.reminders import remind_of_due_answers
from participation.views.proposals import preview_answer, proposal_list

register_snippet(ParticipationViewSetGroup)
register_snippet(DeskEntryViewSet)
register_search_of(Proposal, order=110)
register_search_of(Comment, order=115)
hooks.register("register_admin_viewset", DeskProposalViewSet)
hooks.register("register_admin_viewset", DeskCommentViewSet)
hooks.register(ACCOUNT_EMAIL_CHANGED_HOOK, follow_email)
hooks.register("register_bulk_action", PublishAction)
hooks.register("register_bulk_action", RefuseAction)
hooks.register("register_bulk_action", MarkReadAction)
hooks.register("register_bulk_action", HideVersionsAction)
hooks.register("register_bulk_action", RefuseReportedAction)
hooks.register("register_bulk_action", DismissAction)
hooks.register("register_bulk_action", OverturnAction)
hooks.register("register_bulk_action", UpholdAction)
register_panel(ToReadPanel)
register_panel(ReportsPanel)
register_panel(AppealsPanel)
register_panel(LateAnswersPanel)
register_panel(FollowUpGapsPanel)
register_panel(OpenTodayPanel)
register_panel(PlacesPanel)
register_panel(LatestEntriesPanel)
hooks.register(OPEN_DATASETS_HOOK, open_datasets)
hooks.register(PROPOSAL_LIST_VIEW_HOOK, proposal_list)
hooks.register(ANSWER_PREVIEW_HOOK, preview_answer)
hooks.register(ROW_PANELS_HOOK, proposals_panel)
hooks.register(RELATED_TO_ROWS_HOOK, related.proposals_of_rows)
hooks.register(NEWS_PANELS_HOOK, proposals_in_news)
hooks.register(TOPIC_SECTIONS_HOOK, related.proposals_of_topic)
hooks.register(ACCOUNT_LINKS_HOOK, related.link_to_contributions)
hooks.register(SITEMAP_HOOK, sitemaps.entries)
hooks.register(INDEXABLE_VIEWS_HOOK, sitemaps.indexable_views)
hooks.register(CARD_KINDS_HOOK, sitemaps.card_kind)
hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
for log_actions in (register_entries, register_appeals, register_decisions):
    hooks.register("register_log_actions", log_actions)


@hooks.register(REGISTER_NOTIFICATIONS)
def mails() -> list[type[Notification]]:
    return [
        followers.FollowedProposal,
        moderation.AddendumModerated,
        moderation.AppealReceived,
        moderation.AppealUpheld,
        moderation.CommentModerated,
        moderation.ProposalModerated,
        proposals.AnswersDue,
        proposals.CoAuthorInvited,
        proposals.CoAuthorRemoved,
        proposals.EntryReceived,
        proposals.ProposalAnswered,
        proposals.ProposalMoved,
        proposals.ProposalReceived,
        proposals.ProposalsGiven,
        proposals.ServiceReminded,
        replies.CommentConcerns,
        reports.ReportAnswered,
        reports.TextReported,
    ]


@hooks.register(ON_TICK)
def publish_scheduled_answers(now: datetime) -> str:
    """Publishes the official answers that are due."""
    published, given_back = publish_due_answers(now=now)
    parts = [(published, "answers published"), (given_back, "answers given back")]
    return "; ".join(f"{count} {words}" for count, words in parts if count)


@hooks.register(ON_TICK)
def remind_services_of_due_answers(now: datetime) -> str:
    count = remind_of_due_answers(now=now)
    return f"{count} reminders of answers" if count else ""
