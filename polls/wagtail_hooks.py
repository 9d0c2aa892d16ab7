"""Registration of the polls in the admin, the tick, the site map and the exports."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from accounts.hooks import ACCOUNT_EXPORT_HOOK
from cms.admin.dashboard import register_panel
from cms.hooks import INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK, SitemapEntry
from common.hooks import OPEN_DATASETS_HOOK
from mailing.hooks import ON_TICK
from polls.admin.dashboard import EndingPollsPanel
from polls.admin.viewsets import PollViewSetGroup
from polls.exports.open_data import open_datasets
from polls.exports.personal_data import held_by_polls
from polls.models import Poll
from polls.services.agent_entries import CHANGED, ENTERED, forget_names

hooks.register(OPEN_DATASETS_HOOK, open_datasets)
hooks.register(ACCOUNT_EXPORT_HOOK, held_by_polls)


@hooks.register(ON_TICK)
def forget_old_names(now: datetime) -> str:
    """Drops the names of those for whom agents answered, a month after the end."""
    count = forget_names(now=now)
    return f"{count} names of poll answers erased" if count else ""


@hooks.register("register_log_actions")
def register_entries(actions: LogActionRegistry) -> None:
    actions.register_action(ENTERED, _("Answer for somebody"), _("Answered for somebody by an agent"))
    actions.register_action(CHANGED, _("Change an answer"), _("Answer for somebody changed by an agent"))


register_snippet(PollViewSetGroup)
register_panel(EndingPollsPanel)


@hooks.register(INDEXABLE_VIEWS_HOOK)
def polls_may_be_listed() -> list[str]:
    return ["polls:list", "polls:poll", "polls:results", "polls:paper_form"]


@hooks.register(SITEMAP_HOOK)
def polls_for_search_engines() -> Iterator[SitemapEntry]:
    """The list, and the polls that have opened; the results of those that are over."""
    now = timezone.now()
    yield SitemapEntry(path=reverse("polls:list"))
    for poll in Poll.objects.published(now).order_by("pk"):
        yield SitemapEntry(path=poll.get_absolute_url(), changed_at=poll.opens_at)
        if not poll.is_open(now):
            yield SitemapEntry(path=reverse("polls:results", kwargs={"slug": poll.slug}), changed_at=poll.closes_at)
