"""Reads of the work programme: results of its ballot, progress of a year, late deliverables of a member."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext

from committee.hooks import MemberTask
from committee.models import Deliverable, Member, Priority, TopicPage, WorkProgramme
from polls.queries.results import tallies


@dataclass(frozen=True)
class Standing:
    """Result of a topic: its rank (shared by topics with the same points), its points and its share of all points."""

    topic: TopicPage
    rank: int
    score: int
    percent: int


def standings(programme: WorkProgramme) -> list[Standing]:
    """Returns the topics of the ballot of `programme`, the most points first, then by number.

    The caller checks that the results may be read (`polls.permissions.can_read_results`).
    """
    if programme.poll is None:
        return []
    lines = {line.choice.pk: line for tally in tallies(programme.poll) for line in tally.lines}
    topics = {row.choice_id: row.topic for row in programme.ballot_topics.select_related("topic")}
    found = sorted(((lines[pk], topic) for pk, topic in topics.items()), key=lambda one: (-one[0].score, one[1].number))
    scores = [line.score for line, _topic in found]
    return [Standing(topic, scores.index(line.score) + 1, line.score, line.percent) for line, topic in found]


@dataclass(frozen=True)
class Progress:
    """Deliverables of a programme: delivered, expected, late."""

    delivered: int
    expected: int
    late: int


def deliverables_of(programme: WorkProgramme, priorities: Iterable[Priority]) -> list[Deliverable]:
    """Returns the deliverables of the year of `programme` on the topics of `priorities`, in order."""
    topics = [priority.topic_id for priority in priorities]
    return list(Deliverable.objects.of_year(programme.year).filter(topic__in=topics))


def progress_of(rows: Collection[Deliverable], today: date) -> Progress:
    """Counts the deliverables `rows`. No query."""
    return Progress(
        delivered=sum(row.is_done for row in rows),
        expected=len(rows),
        late=sum(row.is_late(today) for row in rows),
    )


def deliverable_tasks(member: Member, now: datetime) -> Iterator[MemberTask]:
    """Yields the late deliverables of the topics that `member` leads."""
    for row in Deliverable.objects.late(timezone.localdate(now)).filter(topic__pilot=member):
        text = gettext("Say where this deliverable is: %(title)s") % {"title": row.title}
        yield MemberTask(text=text, url=row.topic.get_url() or "")
