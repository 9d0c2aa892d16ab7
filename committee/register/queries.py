"""Queries of the register: its head at a given time, search, and data shown beside a decision."""

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

# Length of the hash prefix in pages and mails. The checker accepts it instead of the whole hash.
SHORT_HASH_LENGTH = 16


@dataclass(frozen=True)
class RegisterHead:
    """Head of the register at a given time: number of decisions, and hash of the last entry."""

    decisions: int
    hash: str

    @property
    def short_hash(self) -> str:
        return self.hash[:SHORT_HASH_LENGTH]


def head_at(moment: datetime | None = None) -> RegisterHead | None:
    """Returns the head of the register at `moment`, by default now; None if it was empty.

    Entries are only added and their times never go back, so a later call returns the same.
    """
    entries = RegisterEntry.objects.all()
    if moment is not None:
        entries = entries.filter(recorded_at__lte=moment)
    last = entries.values_list("hash", flat=True).last()
    return RegisterHead(entries.decisions().count(), last) if last else None


def by_year(entries: RegisterEntryQuerySet) -> list[tuple[int, list[RegisterEntry]]]:
    """Returns `entries` grouped by year, in order, without their text. One query."""
    rows = entries.only("number", "session_day", "recorded_at")
    return [(year, list(group)) for year, group in groupby(rows, key=attrgetter("year"))]


def matching(query: str) -> set[int]:
    """Returns the primary keys of the decisions whose text or topic matches `query`, and of the one with that
    number.

    A removed text is not found; its entry is found by number.
    """
    # If `query` has no words, the search returns no queryset.
    pks = {entry.pk for entry in RegisterEntry.objects.readable().search(query)}
    if named := named_number(query):
        pks.update(RegisterEntry.objects.decisions().filter(number=named.value).values_list("pk", flat=True))
    return pks


@dataclass(frozen=True)
class RegisterLine:
    """Decision as shown on a page: its public topic and session, its removal, its dissents."""

    entry: RegisterEntry
    topic: TopicPage | None
    session: SessionPage | None
    removal: RegisterEntry | None
    # Name and text.
    dissents: list[tuple[str, str]]
    # Row of the session, which has the done state: the register keeps the decision only.
    row: SessionDecision | None


def followed(entries: Iterable[RegisterEntry]) -> dict[int, SessionDecision]:
    """Returns the session row of each of `entries`, by number of the entry. One query."""
    days = {str(entry.session_day) for entry in entries}
    rows = SessionDecision.objects.published().filter(session__slug__in=days).order_by("session", "sort_order", "pk")
    rows = rows.annotate(day=F("session__slug")).only("due_on", "done_on", "is_followed")
    by_day = {day: list(group) for day, group in groupby(rows, key=attrgetter("day"))}
    return {
        entry.number: of_day[entry.rank - 1]
        for entry in entries
        if entry.rank and len(of_day := by_day.get(str(entry.session_day), [])) >= entry.rank
    }


def lines(entries: Iterable[RegisterEntry]) -> list[RegisterLine]:
    """Returns the rows of the decisions `entries`, in order. At most five queries, for any number."""
    entry_list = list(entries)
    topics = {topic.number: topic for topic in TopicPage.objects.published().defer("body")}
    days = {str(entry.session_day) for entry in entry_list}
    sessions = {page.slug: page for page in SessionPage.objects.published().filter(slug__in=days).defer("minutes")}
    numbers = [entry.number for entry in entry_list]
    dissents = dissents_from(entry_list)
    rows = followed(entry_list)
    removals = {removal.redacts: removal for removal in RegisterEntry.objects.filter(redacts__in=numbers)}
    return [
        RegisterLine(
            entry,
            topics.get(entry.topic_number),
            sessions.get(str(entry.session_day)),
            removals.get(entry.number),
            dissents.get(entry.pk, []),
            rows.get(entry.number),
        )
        for entry in entry_list
    ]
