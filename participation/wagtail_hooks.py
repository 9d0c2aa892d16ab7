"""Registration of participation with Wagtail and with the hooks of the other apps."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import InlinePanel
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry
from wagtail.snippets.models import register_snippet

from accounts.hooks import ACCOUNT_ERASURE_HOOK, ACCOUNT_EXPORT_HOOK, ACCOUNT_LINKS_HOOK, AccountLink
from cms.admin.dashboard import register_panel
from cms.hooks import (
    INDEXABLE_VIEWS_HOOK,
    NEWS_PANELS_HOOK,
    PAGE_DISCUSSION_HOOK,
    RELATED_TO_NEWS_HOOK,
    SITEMAP_HOOK,
    PageDiscussion,
    RelatedItem,
    SitemapEntry,
)
from cms.models import NewsPage
from cms.models.discussions import DiscussedPage
from committee.hooks import RELATED_TO_ROWS_HOOK, ROW_PANELS_HOOK, TOPIC_SECTIONS_HOOK, SectionItem, TopicSection
from committee.models import TopicPage
from common.hooks import OPEN_DATASETS_HOOK
from common.templatetags.dates import short_day
from mailing.hooks import MAIL_RENDERER, ON_TICK
from participation.admin.answers.viewsets import AnsweringViewSetGroup
from participation.admin.dashboard import FollowUpGapsPanel, LateAnswersPanel, ToReadPanel
from participation.admin.desk.viewsets import DeskViewSetGroup
from participation.admin.link_panels import proposals_of_rows, proposals_panel
from participation.admin.moderation.views import (
    HideVersionsAction,
    OverturnAction,
    PublishAction,
    ReadAgainAction,
    RefuseAction,
    UpholdAction,
)
from participation.admin.moderation.viewsets import ModerationViewSetGroup
from participation.exports.open_data import open_datasets
from participation.exports.personal_data import forget_with_account, held_by_participation
from participation.hooks import ANSWER_PREVIEW_HOOK, CALL_CONTEXT_HOOK, PROPOSAL_LIST_VIEW_HOOK
from participation.models import Discussion, Proposal
from participation.notifications.followers import followed_renderer
from participation.queries.discussions import requested_discussion
from participation.services import desk as desk_services
from participation.services.answers import publish_due_answers
from participation.services.appeals import APPEAL_FOR
from participation.services.coauthors import REMOVE as REMOVE_COAUTHOR
from participation.services.coauthors import forget_old_invitations
from participation.services.desk import forget_addresses
from participation.services.drafts import forget_old_drafts
from participation.views.calls import call_context
from participation.views.proposals import preview_answer, proposal_list

PROPOSALS_PER_TOPIC = 5

register_snippet(DeskViewSetGroup)
register_snippet(ModerationViewSetGroup)
register_snippet(AnsweringViewSetGroup)
hooks.register(MAIL_RENDERER, followed_renderer)
hooks.register(ACCOUNT_EXPORT_HOOK, held_by_participation)
hooks.register(ACCOUNT_ERASURE_HOOK, forget_with_account)
hooks.register("register_bulk_action", PublishAction)
hooks.register("register_bulk_action", RefuseAction)
hooks.register("register_bulk_action", ReadAgainAction)
hooks.register("register_bulk_action", HideVersionsAction)
hooks.register("register_bulk_action", OverturnAction)
hooks.register("register_bulk_action", UpholdAction)
register_panel(ToReadPanel)
register_panel(LateAnswersPanel)
register_panel(FollowUpGapsPanel)
hooks.register(OPEN_DATASETS_HOOK, open_datasets)
hooks.register(PROPOSAL_LIST_VIEW_HOOK, proposal_list)
hooks.register(CALL_CONTEXT_HOOK, call_context)
hooks.register(ANSWER_PREVIEW_HOOK, preview_answer)
hooks.register(ROW_PANELS_HOOK, proposals_panel)
hooks.register(RELATED_TO_ROWS_HOOK, proposals_of_rows)


@hooks.register(ON_TICK)
def publish_scheduled_answers(now: datetime) -> str:
    """Publishes the official answers whose date has come."""
    published, given_back = publish_due_answers(now=now)
    parts = [(published, "answers published"), (given_back, "answers given back")]
    return "; ".join(f"{count} {words}" for count, words in parts if count)


@hooks.register(ON_TICK)
def forget_addresses_that_were_invited(now: datetime) -> str:
    """Erases the invitations whose time is over."""
    forgotten = forget_old_invitations(now=now)
    return f"{forgotten} invitations forgotten" if forgotten else ""


@hooks.register(ON_TICK)
def forget_drafts(now: datetime) -> str:
    """Deletes the drafts that nobody came back to."""
    count = forget_old_drafts(now=now)
    return f"{count} old drafts deleted" if count else ""


@hooks.register(ON_TICK)
def forget_old_addresses(now: datetime) -> str:
    """Erases the addresses left at a desk about which there is no news any more."""
    count = forget_addresses(now=now)
    return f"{count} addresses left at a desk erased" if count else ""


@hooks.register("register_log_actions")
def register_entries(actions: LogActionRegistry) -> None:
    actions.register_action(desk_services.ENTER, _("Enter for somebody"), _("Entered by an agent for somebody"))
    actions.register_action(desk_services.RENEW, _("Make another receipt"), _("Another receipt was made"))
    actions.register_action(desk_services.ERASE, _("Erase the personal data"), _("Personal data erased on request"))
    actions.register_action(desk_services.ATTACH, _("Attach to an account"), _("Attached to an account by its code"))
    actions.register_action(APPEAL_FOR, _("Ask for a second look"), _("Second look asked by an agent"))


@hooks.register("register_log_actions")
def register_appeals(actions: LogActionRegistry) -> None:
    actions.register_action(
        "participation.appeal_overturned", _("Publish after all"), _("Published after a second look")
    )

    actions.register_action(REMOVE_COAUTHOR, _("Take out of the authors"), _("Co-author taken out by the first author"))
    actions.register_action("participation.hide_versions", _("Hide the earlier texts"), _("Earlier texts hidden"))
    actions.register_action("participation.read_again", _("Mark as read"), _("Read after its publication"))

    @actions.register_action("participation.appeal_upheld")
    class Confirmation(LogFormatter):
        """Shows the reason of the second reader."""

        label = _("Confirm the refusal…")
        message = _("Refusal confirmed by a second reader")

        def format_comment(self, log_entry: ModelLogEntry) -> str:
            return log_entry.data.get("reason", "")


@hooks.register("register_log_actions")
def register_decisions(actions: LogActionRegistry) -> None:
    actions.register_action("participation.publish", _("Publish"), _("Published by moderation"))
    actions.register_action(
        "participation.publish_unread", _("Publish"), _("Published at once, by the rule of the call")
    )

    @actions.register_action("participation.refuse")
    class Refusal(LogFormatter):
        """Shows the reason beside the decision."""

        label = _("Refuse")
        message = _("Refused by moderation")

        def format_comment(self, log_entry: ModelLogEntry) -> str:
            return log_entry.data.get("reason", "")

    @actions.register_action("participation.change_state")
    class Change(LogFormatter):
        """Shows from what to what, and the reason beside it."""

        label = _("Change the state")

        def format_message(self, log_entry: ModelLogEntry) -> str:
            names = dict(Proposal.State.choices)
            data = log_entry.data
            return gettext("From “%(before)s” to “%(after)s”") % {
                "before": names.get(data["from"], ""),
                "after": names.get(data["to"], ""),
            }

        def format_comment(self, log_entry: ModelLogEntry) -> str:
            return log_entry.data.get("reason", "")

    @actions.register_action("participation.remind")
    class Reminder(LogFormatter):
        label = _("Remind the service")

        def format_message(self, log_entry: ModelLogEntry) -> str:
            return gettext("Reminded the service: %(name)s") % {"name": log_entry.data["service"]}

    actions.register_action("participation.publish_answer", _("Publish the answer"), _("Answer published"))
    actions.register_action("participation.schedule_answer", _("Schedule the answer"), _("Answer scheduled"))
    actions.register_action(
        "participation.unschedule_answer", _("Make it a draft again"), _("Answer made a draft again")
    )


@hooks.register(TOPIC_SECTIONS_HOOK)
def proposals_of_topic(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """The latest proposals on a topic, and the way to all of them."""
    visible = Proposal.objects.visible_to(request.user).filter(topic=topic, published_at__isnull=False)
    items = [
        SectionItem(
            title=proposal.title,
            url=proposal.get_absolute_url(),
            meta=f"{proposal.get_state_display()} · {short_day(proposal.published_at)}",
        )
        for proposal in visible.order_by("-published_at", "-pk")[:PROPOSALS_PER_TOPIC]
    ]
    if not items:
        return None
    return TopicSection(
        order=20,
        key="propositions",
        title=gettext("Proposals"),
        items=items,
        more_url=f"{reverse('participation:proposal_list')}?sujet={topic.slug}",
        more_label=gettext("See all proposals on this topic"),
    )


@hooks.register(NEWS_PANELS_HOOK)
def proposals_in_news() -> InlinePanel:
    return proposals_panel("proposals_told")


@hooks.register(RELATED_TO_NEWS_HOOK)
def proposals_of_news(news: NewsPage, request: HttpRequest) -> list[RelatedItem]:
    """The proposals that a news item speaks of, with their state."""
    told = Proposal.objects.published().filter(pk__in=[row.proposal_id for row in news.proposals_told.all()])
    return [
        RelatedItem(
            title=proposal.title,
            url=proposal.get_absolute_url(),
            meta=gettext("Proposal no. %(number)d · %(state)s")
            % {"number": proposal.pk, "state": proposal.get_state_display()},
        )
        for proposal in told.order_by("pk")
    ]


@hooks.register(PAGE_DISCUSSION_HOOK)
def discussion_under_a_page(page: DiscussedPage, request: HttpRequest) -> PageDiscussion | None:
    """The comments of a page, while an editor keeps the discussion open and as long as there are some to read."""
    discussion = Discussion.objects.with_subject().filter(page_id=page.pk).first()
    if discussion is None or not (discussion.is_open or discussion.comment_count):
        return None
    talk = requested_discussion(request, discussion, now=timezone.now())
    return PageDiscussion(template="participation/includes/discussion.html", talk=talk)


@hooks.register(ACCOUNT_LINKS_HOOK)
def link_to_contributions(request: HttpRequest) -> list[AccountLink]:
    """The link from a person's page to her contributions."""
    return [
        AccountLink(
            order=10,
            label=gettext("My contributions"),
            url=reverse("participation:contributions"),
            hint=gettext("Your proposals and your comments, and where they stand."),
        )
    ]


@hooks.register(SITEMAP_HOOK)
def proposals_for_search_engines() -> Iterator[SitemapEntry]:
    """The first page of the form, the register of moderation, and the proposals that anyone may read."""
    yield SitemapEntry(path=reverse("participation:deposit_start"))
    yield SitemapEntry(path=reverse("participation:moderation_register"))
    for proposal in Proposal.objects.visible_to(AnonymousUser()).order_by("pk").iterator():
        moments = [moment for moment in (proposal.published_at, proposal.state_changed_at) if moment]
        yield SitemapEntry(path=proposal.get_absolute_url(), changed_at=max(moments, default=None))


@hooks.register(INDEXABLE_VIEWS_HOOK)
def proposals_may_be_listed() -> list[str]:
    """Views that search engines may list; the others are forms, or a person's own page."""
    return [
        f"participation:{name}"
        for name in ("proposal_list", "proposal", "call", "call_paper_form", "deposit_start", "moderation_register")
    ]
