"""Sections that apps show on the pages of topics and sessions (hooks `topic_sections` and `session_sections`)."""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from django.http import HttpRequest
from wagtail import hooks

from committee.hooks import SESSION_SECTIONS_HOOK, TOPIC_SECTIONS_HOOK, SectionItem, TopicSection
from committee.models import SessionPage, TopicPage

CARDS_OF_TOPIC = 4


@dataclass(frozen=True, kw_only=True)
class FeaturedItem:
    """Featured card of a topic: an item, with the title and the pictogram of its section."""

    item: SectionItem
    section: TopicSection


@dataclass(frozen=True, kw_only=True)
class AroundTopic:
    """Sections of a topic page, split into charts, the next date, a few cards, and lists of all items."""

    sections: list[TopicSection]
    now: datetime

    @property
    def charts(self) -> list[TopicSection]:
        """Sections with a chart that is not empty."""
        return [section for section in self.sections if section.chart and not section.chart.is_empty]

    @property
    def next_day(self) -> FeaturedItem | None:
        """Item with the next date, if any."""
        coming = [
            FeaturedItem(item=item, section=section)
            for section in self.sections
            for item in section.items
            if item.moment and item.moment > self.now
        ]
        return min(coming, key=lambda entry: (entry.item.moment, entry.item.title), default=None)

    @property
    def cards(self) -> list[FeaturedItem]:
        """First items of each featured section, taken in turn."""
        featured = [section for section in self.sections if section.is_featured]
        turns = zip_longest(*(section.items for section in featured))
        in_turn = [(section, item) for turn in turns for section, item in zip(featured, turn, strict=True) if item]
        return [FeaturedItem(item=item, section=section) for section, item in in_turn[:CARDS_OF_TOPIC]]

    @property
    def item_count(self) -> int:
        return sum(len(section.items) for section in self.sections)


def around_topic(topic: TopicPage, request: HttpRequest, now: datetime) -> AroundTopic:
    """Returns the sections that the apps show below `topic`, in order."""
    return AroundTopic(sections=_sections(TOPIC_SECTIONS_HOOK, topic, request), now=now)


def session_sections(session: SessionPage, request: HttpRequest) -> list[TopicSection]:
    """Returns the sections that the apps show below the decisions of `session`, in order."""
    return _sections(SESSION_SECTIONS_HOOK, session, request)


def _sections(hook: str, page: TopicPage | SessionPage, request: HttpRequest) -> list[TopicSection]:
    """Returns the sections of `page`, in order; none in a preview of a new page, to which nothing relates."""
    if page.pk is None:
        return []
    sections = [register(page, request) for register in hooks.get_hooks(hook)]
    return sorted((section for section in sections if section), key=lambda section: section.order)
