"""Wagtail hooks of the watch: list of entries, comparison, links from other pages, citations, open data."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from accounts.hooks import (
    ACCOUNT_LINKS_HOOK,
    CONTRIBUTIONS_HOOK,
    MAX_CONTRIBUTIONS,
    AccountLink,
    Contribution,
)
from accounts.models import User
from cms.admin.dashboard import register_panel
from cms.hooks import CITED_ADDRESSES_HOOK, INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK, Citation
from cms.models.pictures import add_covers
from committee.hooks import SESSION_SECTIONS_HOOK, TOPIC_SECTIONS_HOOK, SectionItem, TopicSection
from committee.models import Pictogram, SessionPage, TopicPage
from common.hooks import OPEN_DATASETS_HOOK, PERSONAL_DATA_HOOK
from mailing.hooks import REGISTER_NOTIFICATIONS, SLOW_JOBS, SlowJob
from mailing.notifications import Notification
from veille import sitemaps
from veille.admin.dashboard import ComparisonPanel, ReadingPanel
from veille.admin.decisions import KeepAction, SetAsideAction
from veille.admin.entries import EntryListViewSet
from veille.admin.items import ReadingItemViewSet
from veille.admin.sources import SourceViewSet
from veille.admin.themes import ThemeViewSet, register_stances
from veille.benchmark.admin import (
    BenchmarkViewSetGroup,
    ReadOverAction,
    register_withdrawals,
    sources_of_observations,
)
from veille.benchmark.exports import open_datasets as comparison_datasets
from veille.benchmark.queries import criteria_of_topic
from veille.exports.open_data import open_datasets
from veille.models import ReadingItem, VeilleEntryPage, VeilleIndexPage
from veille.notifications import SuggestionAnswered
from veille.personal_data import PERSONAL_DATA
from veille.services.reading import has_due, read_due
from veille.services.sources import READ_TASK

ENTRIES_PER_TOPIC = 4

register_snippet(ReadingItemViewSet)
register_panel(ReadingPanel)
register_panel(ComparisonPanel)
register_snippet(SourceViewSet)
register_snippet(ThemeViewSet)
register_snippet(BenchmarkViewSetGroup)
hooks.register("register_admin_viewset", EntryListViewSet)
hooks.register("register_bulk_action", ReadOverAction)
hooks.register("register_bulk_action", KeepAction)
hooks.register("register_bulk_action", SetAsideAction)
hooks.register(SITEMAP_HOOK, sitemaps.pages)
hooks.register(INDEXABLE_VIEWS_HOOK, sitemaps.indexable_views)
hooks.register(OPEN_DATASETS_HOOK, comparison_datasets)
hooks.register(TOPIC_SECTIONS_HOOK, criteria_of_topic)
hooks.register(CITED_ADDRESSES_HOOK, sources_of_observations)
hooks.register(SLOW_JOBS, lambda: SlowJob(task=READ_TASK, is_due=has_due, work=read_due))
hooks.register(OPEN_DATASETS_HOOK, open_datasets)
hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
hooks.register("register_log_actions", register_stances)
hooks.register("register_log_actions", register_withdrawals)


@hooks.register(REGISTER_NOTIFICATIONS)
def mails() -> list[type[Notification]]:
    return [SuggestionAnswered]


@hooks.register(ACCOUNT_LINKS_HOOK)
def link_to_suggestions(request: HttpRequest) -> list[AccountLink]:
    """Returns the link from the account page to the user's suggestions, if there are any."""
    if not ReadingItem.objects.filter(suggested_by=request.user.pk).exists():
        return []
    label, hint = gettext("The examples that I suggested"), gettext("What the editors did with them.")
    return [AccountLink(order=15, label=label, url=reverse("veille:suggestions"), hint=hint)]


@hooks.register(CONTRIBUTIONS_HOOK)
def examples_suggested(user: User) -> list[Contribution]:
    """Returns the suggestions of a user for their list of contributions."""
    url, tag = reverse("veille:suggestions"), pgettext("contribution", "I suggested it")
    items = ReadingItem.objects.filter(suggested_by=user)
    return [Contribution(tag=tag, title=item.title, url=url, at=item.found_at) for item in items[:MAX_CONTRIBUTIONS]]


@hooks.register(TOPIC_SECTIONS_HOOK)
def entries_of_topic(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """Returns the section of a topic page with its latest entries and a link to the list, or None without entries."""
    entries = VeilleEntryPage.objects.published().filter(topic=topic)[:ENTRIES_PER_TOPIC]
    add_covers(entries)
    items = [_item(entry, request) for entry in entries]
    if not items:
        return None
    index = VeilleIndexPage.objects.live().first()
    return TopicSection(
        order=30,
        key="veille",
        is_featured=True,
        title=gettext("Inspiring watch"),
        pictogram=Pictogram.WATCH,
        items=items,
        more_url=index.get_url(request) or "" if index else "",
        more_label=gettext("See all the examples of the watch"),
    )


@hooks.register(CITED_ADDRESSES_HOOK)
def sources_of_entries() -> Iterator[Citation]:
    """Yields the sources of the published entries."""
    for entry in (
        VeilleEntryPage.objects.published().only("title", "source_url", "archived_url").iterator(chunk_size=500)
    ):
        edit_url = reverse("wagtailadmin_pages:edit", args=[entry.pk])
        has_copy = bool(entry.archived_url)
        yield Citation(url=entry.source_url, title=entry.title, edit_url=edit_url, has_copy=has_copy)


@hooks.register(SESSION_SECTIONS_HOOK)
def stances_of_session(session: SessionPage, request: HttpRequest) -> TopicSection | None:
    """Returns the section of a session page with its stances on published examples, or None."""
    entries = list(_stances(session.pk)) if session.pk else []
    add_covers(entries)
    items = [_item(entry, request) for entry in entries]
    title = gettext("What the session said about examples from elsewhere")
    return (
        TopicSection(order=30, key="exemples", title=title, pictogram=Pictogram.WATCH, items=items) if items else None
    )


def _stances(session_pk: int) -> QuerySet[VeilleEntryPage]:
    """Returns the published entries on which the session with the primary key `session_pk` took a stance."""
    entries = VeilleEntryPage.objects.published().filter(stance_session=session_pk).exclude(stance="").order_by("title")
    return entries.only("title", "url_path", "place", "year", "stance", "image")


def _item(entry: VeilleEntryPage, request: HttpRequest) -> SectionItem:
    return SectionItem(
        title=entry.title,
        url=entry.get_url(request) or "",
        meta=f"{entry.place}, {entry.year}",
        image=entry.image,
        state=entry.stance_label,
        badge_kind=entry.stance_badge,
    )
