"""Queries of the work programme: ballot, yearly progress, charts, overdue deliverables of a member."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext

from committee.models import (
    Deliverable,
    Member,
    Priority,
    SessionPage,
    TopicPage,
    TopicStep,
    WorkProgramme,
    topic_label,
)
from committee.models.sessions import SessionQuerySet
from committee.queries.seats import ENDS_WITHIN
from common.charts.bars import Bars, Group
from common.charts.over_time import Calendar, Event
from common.charts.states import Progress as ProgressChart
from common.charts.states import ProgressItem
from common.charts.values import Series, Tone
from common.templatetags.dates import short_day
from common.waiting import Task
from polls.queries.results import tallies


def programme_to_prepare(today: date) -> tuple[WorkProgramme, WorkProgramme] | None:
    """Returns the next programme, unsaved if nobody began it, and the latest adopted one; None if nothing is to do.

    The next programme is that of the year that includes the day `ENDS_WITHIN` ahead. It waits for its ballot if there
    is a programme of an earlier year. At most two queries.
    """
    year = (today + ENDS_WITHIN).year
    former = WorkProgramme.objects.adopted().first()
    if former is None or former.year >= year:
        return None
    programme = WorkProgramme.objects.filter(year=year).first() or WorkProgramme(year=year)
    return None if programme.poll_id else (programme, former)


@dataclass(frozen=True)
class TopicRanking:
    """Result of a topic: its rank (shared by topics with the same points), its points and its share of all points."""

    topic: TopicPage
    rank: int
    score: int
    percent: int


def sessions_to_adopt(programme: WorkProgramme, now: datetime) -> SessionQuerySet:
    """Returns the sessions at which `programme` may have been adopted: begun, and not over before the ballot ended."""
    sessions = SessionPage.objects.published().scheduled().filter(starts_at__lte=now).order_by("-starts_at")
    return sessions.filter(ends_at__gte=programme.poll.closes_at) if programme.poll else sessions.none()


def standings(programme: WorkProgramme) -> list[TopicRanking]:
    """Returns the topics of the ballot of `programme`, the most points first, then by number.

    The caller checks that the results may be read (`polls.permissions.can_read_results`).
    """
    if programme.poll is None:
        return []
    lines = {line.choice.pk: line for tally in tallies(programme.poll) for line in tally.lines}
    topics = {row.choice_id: row.topic for row in programme.ballot_topics.select_related("topic")}
    ranked = sorted(
        ((lines[pk], topic) for pk, topic in topics.items()), key=lambda pair: (-pair[0].score, pair[1].number)
    )
    scores = [line.score for line, _topic in ranked]
    return [TopicRanking(topic, scores.index(line.score) + 1, line.score, line.percent) for line, topic in ranked]


@dataclass(frozen=True)
class Progress:
    """Numbers of deliverables of a programme: delivered, expected, late."""

    delivered: int
    expected: int
    late: int


def deliverables_of(year: int, topics: Collection[int]) -> list[Deliverable]:
    """Returns the deliverables of `year` of the topics with these primary keys, in order."""
    return list(Deliverable.objects.of_year(year).filter(topic__in=topics))


def progress_of(rows: Collection[Deliverable], today: date) -> Progress:
    """Counts the deliverables `rows`. No query."""
    return Progress(
        delivered=sum(row.is_done for row in rows),
        expected=len(rows),
        late=sum(row.is_late(today) for row in rows),
    )


def progress_chart(priorities: Iterable[Priority], rows: Collection[Deliverable], today: date) -> ProgressChart:
    """Returns a chart of the deliverables `rows` by topic among `priorities` and by state. No query."""
    planned, ongoing = Deliverable.State.PLANNED, Deliverable.State.ONGOING
    lines = []
    for topic in (priority.topic for priority in priorities):
        own = [row for row in rows if row.topic_id == topic.pk]
        in_time = [row for row in own if not row.is_late(today)]
        of_state = [sum(row.state == state for row in in_time) for state in (Deliverable.State.DONE, ongoing, planned)]
        if own:
            lines.append(ProgressItem(topic.title, [*of_state, len(own) - len(in_time)], topic.get_url() or ""))
    return ProgressChart(
        title=gettext("Where the deliverables are"),
        sentence=_late_in_words(rows, today),
        head=gettext("Topic"),
        states=(
            Series(Deliverable.State.DONE.label, Tone.YES),
            Series(ongoing.label, Tone.ONGOING),
            Series(planned.label, Tone.WAITING),
            Series(pgettext("dossier", "Late"), Tone.NO),
        ),
        lines=lines,
        nothing=gettext("No deliverable is planned for this year yet."),
    )


def year_chart(year: int, topics: Mapping[int, TopicPage], rows: Collection[Deliverable], today: date) -> Calendar:
    """Returns the timeline of `year`: the steps of `topics`, and the deliverables `rows`.

    One query. A deliverable is placed on its due date; its note has its state.
    """
    events = [_event(row.due_on or row.done_on, row, _state_of(row, today), topics, row.is_late(today)) for row in rows]
    for step in TopicStep.objects.filter(day__year=year, topic__in=topics):
        state = pgettext("step", "Done") if step.is_done else pgettext("step", "To do")
        events.append(_event(step.day, step, state, topics))
    return Calendar(
        title=gettext("The year %(year)d, step by step") % {"year": year},
        sentence=_late_in_words(rows, today),
        head=gettext("What is planned"),
        note_head=gettext("Where it is"),
        year=year,
        events=sorted(events, key=lambda event: event.day),
        nothing=gettext("Nothing has a date in this year yet."),
    )


def ballot_chart(rankings: Collection[TopicRanking]) -> Bars:
    """Returns a chart of the points of each topic, the most first, with its rank. One query."""
    public = TopicPage.objects.published().in_bulk([ranking.topic.pk for ranking in rankings])
    return Bars(
        title=gettext("Points that each topic received"),
        head=gettext("Topic"),
        series=[Series(gettext("Points"), Tone.WATER)],
        groups=[
            Group(topic_label(public.get(ranking.topic.pk)), [ranking.score], [ranking.rank]) for ranking in rankings
        ],
        fact_heads=[pgettext("rank", "Place")],
    )


def _event(
    day: date | None,
    row: Deliverable | TopicStep,
    state: str,
    topics: Mapping[int, TopicPage],
    is_late: bool = False,
) -> Event:
    assert day is not None  # noqa: S101 - rows without a date are not in the year
    topic = topics[row.topic_id]
    note = topic.title if is_late else f"{state} · {topic.title}"
    return Event(day, row.title, note, topic.get_url() or "", topic.family, is_late)


def _state_of(row: Deliverable, today: date) -> str:
    if row.done_on:
        return gettext("delivered on %(date)s") % {"date": short_day(row.done_on)}
    return str(row.get_state_display())


def _late_in_words(rows: Iterable[Deliverable], today: date) -> str:
    late = sum(row.is_late(today) for row in rows)
    if not late:
        return gettext("Nothing is late.")
    return ngettext("%(number)s deliverable is late.", "%(number)s deliverables are late.", late) % {"number": late}


def deliverable_tasks(member: Member, now: datetime) -> Iterator[Task]:
    """Yields the overdue deliverables of the topics that `member` leads."""
    for row in Deliverable.objects.late(timezone.localdate(now)).filter(topic__pilot=member):
        text = gettext("Say where this deliverable is: %(title)s") % {"title": row.title}
        yield Task(title=text, url=row.topic.get_url() or "")
