"""Names of the results of a year that are public on the day of reading: proposals, decisions, deliverables.

The figures are those of the day of measurement, but names are not stored: an object hidden since then is not named.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from committee.models import AgendaItem, Deliverable, Priority, RegisterEntry, SessionExpert, SessionPage, TopicPage
from committee.models.session_lists import heard_at
from common.templatetags.dates import short_day
from indicators.hooks import Period
from participation.models import Proposal

# Maximum length of a list of names: reports are printed too.
NAMES = 12
DECISIONS = 40

States = Proposal.State
ByState = dict[str, int]


@dataclass(frozen=True)
class Name:
    """Object of the year: its title, URL, published topic and state."""

    title: str
    url: str = ""
    topic: TopicPage | None = None
    about: str = ""
    meta: str = ""
    kind: str = ""
    label: str = ""


@dataclass(frozen=True)
class Names:
    """Names, with their total number."""

    rows: list[Name]
    count: int

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.rows)


class PublicTopics:
    """Published topics, by primary key and by number. One query."""

    def __init__(self) -> None:
        rows = list(TopicPage.objects.published().defer("body"))
        self.by_pk = {topic.pk: topic for topic in rows}
        self.by_number = {topic.number: topic for topic in rows}


@dataclass(frozen=True)
class YearSession:
    """Session of the year, with the most frequent topic of its agenda."""

    session: SessionPage
    topic: TopicPage | None


def sessions_of(year: Period, topics: PublicTopics) -> list[YearSession]:
    """Returns the sessions of `year` that were not cancelled, in chronological order. Two queries."""
    held = SessionPage.objects.published().scheduled().filter(**year.during("starts_at")).order_by("starts_at")
    sessions = list(held.defer("minutes"))
    named: dict[int, Counter] = {session.pk: Counter() for session in sessions}
    items = AgendaItem.objects.filter(session__in=named, topic__in=topics.by_pk).order_by("session", "sort_order")
    for session_id, topic_id in items.values_list("session", "topic"):
        named[session_id][topic_id] += 1
    first = {pk: counts.most_common(1) for pk, counts in named.items()}
    return [
        YearSession(session, topics.by_pk[first[session.pk][0][0]] if first[session.pk] else None)
        for session in sessions
    ]


def hearings_of(year: Period, now: datetime) -> list[tuple[SessionPage, list[SessionExpert]]]:
    """Returns the sessions of `year` with hearings, each with the experts heard. One query."""
    return heard_at(SessionPage.objects.published().held(now).filter(**year.during("starts_at")))


def proposals_of(year: Period, topics: PublicTopics, counts: ByState) -> Names:
    """Returns the proposals of `year`, most supported first. One query."""
    rows = [_proposal(proposal, topics) for proposal in _by_support(_proposals(year))]
    return Names(rows, sum(counts.values()))


def proposals_left(year: Period, topics: PublicTopics) -> Names:
    """Returns the proposals of `year` not retained. Two queries."""
    proposals = _proposals(year).filter(state=States.NOT_RETAINED)
    return Names([_proposal(proposal, topics) for proposal in _by_support(proposals)], proposals.count())


def _proposals(year: Period) -> QuerySet[Proposal]:
    return Proposal.objects.published().filter(**year.during("published_at"))


def _by_support(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    total = F("support_count") + F("imported_support_count")
    return rows.defer("problem", "body").order_by(total.desc(), "pk")[:NAMES]


def _proposal(proposal: Proposal, topics: PublicTopics) -> Name:
    topic = topics.by_pk.get(proposal.topic_id) if proposal.topic_id else None
    return Name(
        title=proposal.title,
        url=proposal.get_absolute_url(),
        topic=topic,
        about=topic.title if topic else proposal.category,
        kind=proposal.badge_kind,
        label=proposal.state_label,
    )


def deliverables_of(year: Period, topics: PublicTopics) -> list[Deliverable]:
    """Returns the deliverables of `year` on published topics, by date. One query."""
    deliverables = Deliverable.objects.of_year(year.year).filter(topic__in=topics.by_pk)
    return list(deliverables.order_by(Coalesce("done_on", "due_on"), "pk"))


def delivered(rows: Iterable[Deliverable], topics: PublicTopics) -> Names:
    """Returns the names of the delivered `rows`. No query."""
    delivered_rows = [
        _deliverable(row, topics, meta=_("delivered on %(day)s") % {"day": short_day(row.done_on)})
        for row in rows
        if row.is_done
    ]
    return Names(delivered_rows[:NAMES], len(delivered_rows))


def not_delivered(rows: Iterable[Deliverable], topics: PublicTopics, day: date) -> Names:
    """Returns the names of the undelivered `rows` that were not late on `day`. No query."""
    undelivered = [
        _deliverable(row, topics, meta=_("expected by %(day)s") % {"day": short_day(row.due_on)})
        for row in rows
        if not row.is_done and not row.is_late(day)
    ]
    return Names(undelivered[:NAMES], len(undelivered))


def _deliverable(row: Deliverable, topics: PublicTopics, meta: str) -> Name:
    topic = topics.by_pk[row.topic_id]
    return Name(
        title=row.title,
        url=f"{topic.get_url() or ''}#livrables",
        topic=topic,
        about=topic.title,
        meta=meta,
        kind=row.badge_kind,
        label=row.get_state_display(),
    )


@dataclass(frozen=True)
class TopicDecisions:
    """Decisions about one topic; `topic` is None if it is unpublished or missing."""

    title: str
    topic: TopicPage | None
    rows: list[RegisterEntry]


@dataclass(frozen=True)
class Decisions:
    """Decisions of a year by topic; `removed` is the number of redacted ones."""

    groups: list[TopicDecisions]
    shown: int
    readable: int
    removed: int

    @property
    def is_cut(self) -> bool:
        return self.readable > self.shown


def decisions_of(year: Period, topics: PublicTopics) -> Decisions:
    """Returns the decisions of the sessions of `year`, topics with the most decisions first. One query."""
    entries = list(
        RegisterEntry.objects.decisions().filter(session_day__gte=year.begins.date(), session_day__lt=year.ends.date())
    )
    readable = [entry for entry in entries if not entry.is_redacted]
    by_topic: dict[str, list[RegisterEntry]] = {}
    for entry in readable[:DECISIONS]:
        by_topic.setdefault(entry.topic, []).append(entry)
    groups = [
        TopicDecisions(title or _("How the committee works"), topics.by_number.get(rows[0].topic_number), rows)
        for title, rows in sorted(by_topic.items(), key=lambda item: (not item[0], -len(item[1])))
    ]
    return Decisions(groups, min(len(readable), DECISIONS), len(readable), len(entries) - len(readable))


def priorities_of(year: Period, topics: PublicTopics) -> list[Name]:
    """Returns the priority topics of the committee for `year`, each with its objective. One query."""
    rows = Priority.objects.adopted().filter(programme__year=year.year, topic__in=topics.by_pk)
    return [
        Name(title=topic.title, url=topic.get_url() or "", topic=topic, meta=objective)
        for topic, objective in ((topics.by_pk[row.topic_id], row.objective) for row in rows)
    ]
