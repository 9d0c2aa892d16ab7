"""Reads of the register: its end at a moment, what a search finds in it, and what a page shows beside a decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import F

from committee.models import RegisterEntry, SessionDecision, SessionPage, TopicPage
from committee.models.register import RegisterEntryQuerySet
from committee.models.votes import dissents_from
from common.search.named import named_number

# Characters of a hash that pages and mails show. The checker accepts them instead of the whole.
SHOWN = 16


@dataclass(frozen=True)
class Head:
    """End of the register at a moment: its number of decisions, and the hash of its last entry."""

    decisions: int
    hash: str

    @property
    def short_hash(self) -> str:
        return self.hash[:SHOWN]


def head_at(moment: datetime | None = None) -> Head | None:
    """Returns the end of the register as it was at `moment`, now by default; None while it was empty.

    Entries are only added and their moments never go back: asked again later, the answer is the same.
    """
    entries = RegisterEntry.objects.all()
    if moment is not None:
        entries = entries.filter(recorded_at__lte=moment)
    last = entries.values_list("hash", flat=True).last()
    return Head(entries.decisions().count(), last) if last else None


def by_year(entries: RegisterEntryQuerySet) -> list[tuple[int, list[RegisterEntry]]]:
    """Returns the years of `entries`, each with them, in their order, without their words. One query."""
    found = entries.only("number", "session_day", "recorded_at")
    return [(year, list(group)) for year, group in groupby(found, key=attrgetter("year"))]


def matching(query: str) -> set[int]:
    """Returns the keys of the decisions whose words or topic have `query`, and of the one whose number it is.

    Words that were removed are found no more; their entry still is, by its number.
    """
    # Of words that are none, the search gives no query set.
    found = {entry.pk for entry in RegisterEntry.objects.readable().search(query)}
    if number := named_number(query):
        found.update(RegisterEntry.objects.decisions().filter(number=number.value).values_list("pk", flat=True))
    return found


@dataclass(frozen=True)
class Line:
    """A decision as a page shows it: its topic and session where anyone may read them, its removal, its dissents."""

    entry: RegisterEntry
    topic: TopicPage | None
    session: SessionPage | None
    removal: RegisterEntry | None
    # Who, and the words.
    dissents: list[tuple[str, str]]
    # Of the session, which says whether it is done: the register keeps what was decided.
    row: SessionDecision | None


def followed(entries: Iterable[RegisterEntry]) -> dict[int, SessionDecision]:
    """Returns, by the number of its entry, the row of the session of each of `entries`. One query."""
    days = {str(entry.session_day) for entry in entries}
    rows = SessionDecision.objects.published().filter(session__slug__in=days).order_by("session", "sort_order", "pk")
    rows = rows.annotate(day=F("session__slug")).only("due_on", "done_on", "is_followed")
    by_day = {day: list(group) for day, group in groupby(rows, key=attrgetter("day"))}
    return {
        entry.number: of_day[entry.rank - 1]
        for entry in entries
        if entry.rank and len(of_day := by_day.get(str(entry.session_day), [])) >= entry.rank
    }


def lines(entries: Iterable[RegisterEntry]) -> list[Line]:
    """Returns the decisions `entries` in their order. Five queries at most, however many there are."""
    shown = list(entries)
    topics = {topic.number: topic for topic in TopicPage.objects.published().defer("body")}
    days = {str(entry.session_day) for entry in shown}
    sessions = {page.slug: page for page in SessionPage.objects.published().filter(slug__in=days).defer("minutes")}
    numbers = [entry.number for entry in shown]
    said = dissents_from(shown)
    rows = followed(shown)
    removals = {removal.redacts: removal for removal in RegisterEntry.objects.filter(redacts__in=numbers)}
    return [
        Line(
            entry,
            topics.get(entry.topic_number),
            sessions.get(str(entry.session_day)),
            removals.get(entry.number),
            said.get(entry.pk, []),
            rows.get(entry.number),
        )
        for entry in shown
    ]
