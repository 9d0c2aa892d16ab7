"""Registers the list of entries, and those of a topic on its page."""

from django.http import HttpRequest
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from committee.hooks import TOPIC_SECTIONS_HOOK, SectionItem, TopicSection
from committee.models import Pictogram, TopicPage
from mailing.hooks import SLOW_JOBS, SlowJob
from veille.admin import ThemeViewSet
from veille.hooks import ENTRY_LIST_CONTEXT_HOOK
from veille.models import VeilleEntryPage, VeilleIndexPage
from veille.services.reading import has_due, read_due
from veille.tasks import READ_TASK
from veille.views import entry_list

ENTRIES_PER_TOPIC = 4

register_snippet(ThemeViewSet)
hooks.register(ENTRY_LIST_CONTEXT_HOOK, entry_list)
hooks.register(SLOW_JOBS, lambda: SlowJob(task=READ_TASK, is_due=has_due, work=read_due))


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
