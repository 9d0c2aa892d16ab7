"""Registers the list of entries, the comparison of metropolises, and what both have about a topic on its page."""

from django.http import HttpRequest
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cms.hooks import INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK
from committee.hooks import TOPIC_SECTIONS_HOOK, SectionItem, TopicSection
from committee.models import Pictogram, TopicPage
from common.hooks import OPEN_DATASETS_HOOK
from veille import sitemaps
from veille.admin import ThemeViewSet
from veille.benchmark.admin import BenchmarkViewSetGroup, ReadOverAction
from veille.benchmark.exports import open_datasets
from veille.benchmark.queries import criteria_of_topic
from veille.hooks import ENTRY_LIST_CONTEXT_HOOK
from veille.models import VeilleEntryPage, VeilleIndexPage
from veille.views import entry_list

ENTRIES_PER_TOPIC = 4

register_snippet(ThemeViewSet)
register_snippet(BenchmarkViewSetGroup)
hooks.register("register_bulk_action", ReadOverAction)
hooks.register(ENTRY_LIST_CONTEXT_HOOK, entry_list)
hooks.register(SITEMAP_HOOK, sitemaps.pages)
hooks.register(INDEXABLE_VIEWS_HOOK, sitemaps.indexable_views)
hooks.register(OPEN_DATASETS_HOOK, open_datasets)
hooks.register(TOPIC_SECTIONS_HOOK, criteria_of_topic)


@hooks.register(TOPIC_SECTIONS_HOOK)
def entries_of_topic(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """The latest entries on a topic, and the way to the others."""
    entries = VeilleEntryPage.objects.published().filter(topic=topic).with_covers()[:ENTRIES_PER_TOPIC]
    items = [
        SectionItem(
            title=entry.title, url=entry.get_url(request) or "", meta=f"{entry.place}, {entry.year}", image=entry.image
        )
        for entry in entries
    ]
    if not items:
        return None
    index = VeilleIndexPage.objects.live().first()
    return TopicSection(
        order=30,
        key="veille",
        title=gettext("Inspiring watch"),
        pictogram=Pictogram.WATCH,
        items=items,
        more_url=index.get_url(request) or "" if index else "",
        more_label=gettext("See all the examples of the watch"),
    )
