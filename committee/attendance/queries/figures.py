"""Attendance in figures: rates per session and per year, runs of absences, incomplete sheets.

A seat counts at a session when a holder or a substitute was appointed to it on that day. It is *represented* when one
of them came, in the room or online. The *seat rate* is represented seats by such seats. The *person rate* asks less of
substitutes: it is the holders who came themselves by the holders in office on that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from django.db.models import Q
from django.utils import timezone

from committee.models import Attendance, Mandate, Member, Seat, SessionPage
from committee.models.attendance_rules import day_of
from committee.queries.seats import FilledSeat, seats_on
from common.templatetags.dates import in_paris

State = Attendance.State


@dataclass(frozen=True)
class SessionAttendance:
    """Figures of one session. They name nobody."""

    session: SessionPage
    # Seats with a holder or a substitute on that day, and how many of them have a record.
    seats: int
    recorded: int
    represented: int
    # Members who held a seat on that day, and how many of them came themselves.
    holders: int
    holders_came: int

    @property
    def is_complete(self) -> bool:
        """Whether each seat has a record: otherwise the rates would be wrong."""
        return 0 < self.seats == self.recorded

    @property
    def seat_rate(self) -> int | None:
        """Represented seats, in percent of the seats; None when there is no seat."""
        return percent(self.represented, self.seats)

    @property
    def person_rate(self) -> int | None:
        """Holders who came themselves, in percent of the holders; None when there is none."""
        return percent(self.holders_came, self.holders)


def percent(part: int, whole: int) -> int | None:
    """Returns the percentage, rounded half up; None when `whole` is 0."""
    return (200 * part + whole) // (2 * whole) if whole else None


def attendance_by_session(year: int) -> list[SessionAttendance]:
    """Returns the figures of the sessions of `year` (in Paris) whose attendance is complete, in time. Three queries."""
    sessions = SessionPage.objects.published().scheduled().filter(starts_at__year=year).order_by("starts_at")
    return [one for one in attendance_of(sessions) if one.is_complete]


def people_who_came(year: int) -> int:
    """Returns how many members, holders or substitutes, came to a session of `year` at least once. One query."""
    sessions = SessionPage.objects.published().scheduled().filter(starts_at__year=year)
    rows = Attendance.objects.represented().filter(session__in=sessions, member__isnull=False)
    return rows.values("member").distinct().count()


def attendance_of(sessions: Iterable[SessionPage]) -> list[SessionAttendance]:
    """Returns the figures of `sessions`, in their order, whether complete or not. Two queries for all of them."""
    found = list(sessions)
    if not found:
        return []
    rows: dict[int, list[Attendance]] = defaultdict(list)
    for row in Attendance.objects.filter(session__in=[one.pk for one in found]).order_by():
        rows[row.session_id].append(row)
    mandates = _mandates_between(min(map(day_of, found)), max(map(day_of, found)))
    return [_figures(session, rows[session.pk], mandates) for session in found]


def _mandates_between(first: date, last: date) -> list[Mandate]:
    """Returns the mandates with a seat that run on at least one day from `first` to `last`."""
    rows = Mandate.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)
    return list(rows.filter(seat__isnull=False).select_related("seat"))


def _figures(session: SessionPage, rows: Sequence[Attendance], mandates: Sequence[Mandate]) -> SessionAttendance:
    day = day_of(session)
    filled = [row for row in mandates if _is_there(row, day) and row.seat and _is_there(row.seat, day)]
    seats = {row.seat_id for row in filled}
    held = {row.seat_id: row.member_id for row in filled if row.role == Mandate.Role.MEMBER}
    speakers = {row.seat_id: row.member_id for row in filled} | held
    recorded = {row.seat_id: row.state for row in rows if row.seat_id in seats and row.is_of(speakers[row.seat_id])}
    return SessionAttendance(
        session=session,
        seats=len(seats),
        recorded=len(recorded),
        represented=sum(state in Attendance.CAME for state in recorded.values()),
        holders=len(held),
        holders_came=sum(seat in held and state in (State.PRESENT, State.ONLINE) for seat, state in recorded.items()),
    )


def _is_there(row: Mandate | Seat, day: date) -> bool:
    return row.starts_on <= day and (row.ends_on is None or day <= row.ends_on)


@dataclass(frozen=True)
class AbsenceRun:
    """Consecutive sessions missed by who speaks for a seat, in the mandate that runs, up to the last one recorded."""

    seat: Seat
    people: list[Member]
    first_session_id: int
    missed: int
    excused: int

    @property
    def names(self) -> str:
        """Names of those who fill the seat today."""
        return ", ".join(map(str, self.people))


def absence_runs(now: datetime, *, at_least: int) -> list[AbsenceRun]:
    """Returns the runs of at least `at_least` sessions that last until `now`, in the order of the seats. Three queries.

    A run is of one mandate: what an earlier mandate or another person missed on the seat does not count. Its first
    session is therefore the key of its alert. An excused absence counts: nobody spoke for the seat. A session without
    a record for the seat neither lengthens nor ends a run. A session that is not over is ignored.
    """
    rows = (
        Attendance.objects.filter(session__live=True, session__ends_at__lt=now)
        .exclude(session__status=SessionPage.Status.CANCELLED)
        .order_by("-session__starts_at")
        .values_list("seat_id", "session_id", "state", "member_id", "session__starts_at", named=True)
    )
    missed: dict[int, list[Any]] = defaultdict(list)
    broken: set[int] = set()
    for row in rows:
        if row.state in Attendance.CAME:
            broken.add(row.seat_id)
        elif row.seat_id not in broken:
            missed[row.seat_id].append(row)
    return [
        AbsenceRun(
            seat=filled.seat,
            people=filled.people,
            first_session_id=run[-1].session_id,
            missed=len(run),
            excused=sum(row.state == State.EXCUSED for row in run),
        )
        for filled in (seats_on(timezone.localdate(now)) if missed else [])
        if len(run := _in_mandate(filled, missed.get(filled.seat.pk, []))) >= at_least
    ]


def _in_mandate(filled: FilledSeat, rows: Iterable[Any]) -> list[Any]:
    """Returns the latest of `rows`, newest first, that are of the mandate of who speaks for the seat."""
    if filled.since is None:
        return []
    person, since = filled.people[0], filled.since
    return list(
        takewhile(lambda row: row.member_id == person.pk and in_paris(row.session__starts_at).date() >= since, rows)
    )


def incomplete_sheets(now: datetime, *, since: datetime) -> list[SessionAttendance]:
    """Returns the sessions over at `now`, and begun after `since`, whose attendance is open and not complete.

    The latest comes first. Three queries; one when no session of that time is without minutes.
    """
    sessions = SessionPage.objects.live().held(now)
    waiting = sessions.filter(starts_at__gte=since, minutes_published_at__isnull=True)
    return [one for one in attendance_of(waiting) if one.seats and not one.is_complete]
