"""Attendance figures: rates per session and per year, consecutive absences, incomplete sheets.

A seat counts at a session if it has a holder or a substitute on that day. It is *represented* if one of them came,
in the room or online. *Seat rate*: represented seats / seats.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext

from committee.models import Attendance, Mandate, Member, Seat, SessionPage
from committee.models.attendance_rules import attendance_is_closed, day_of
from committee.models.members import includes
from committee.models.sessions import SessionQuerySet
from committee.queries.seats import FilledSeat, seats_on
from common.templatetags.dates import in_city_time

State = Attendance.State


@dataclass(frozen=True)
class SessionAttendance:
    """Figures of one session, without names."""

    session: SessionPage
    # Seats with a holder or a substitute on that day, and how many of them have a record.
    seats: int
    recorded: int
    represented: int

    @property
    def is_complete(self) -> bool:
        """True if each seat has a record; otherwise the rates would be wrong."""
        return 0 < self.seats == self.recorded

    @property
    def is_to_complete(self) -> bool:
        """True if a seat has no record, and the minutes do not prevent one."""
        return self.seats > 0 and not self.is_complete and not attendance_is_closed(self.session)

    @property
    def noted_in_words(self) -> str:
        """« 1 siège noté sur 9 »."""
        words = ngettext(
            "%(noted)d seat noted out of %(seats)d", "%(noted)d seats noted out of %(seats)d", self.recorded
        )
        return words % {"noted": self.recorded, "seats": self.seats}

    @property
    def seat_rate(self) -> int | None:
        """Represented seats, in percent of seats; None without seats."""
        return percent(self.represented, self.seats)


def percent(part: int, whole: int) -> int | None:
    """Returns the percentage, rounded half up; None if `whole` is 0."""
    return (200 * part + whole) // (2 * whole) if whole else None


def attendance_by_session(year: int) -> list[SessionAttendance]:
    """Returns the figures of the sessions of `year` (time of the city) with complete attendance, in order of time.

    Three queries.
    """
    sessions = SessionPage.objects.published().scheduled().filter(starts_at__year=year).order_by("starts_at")
    return [attendance for attendance in attendance_of(sessions) if attendance.is_complete]


def attendee_count(year: int) -> int:
    """Returns how many members, holders or substitutes, came to at least one session of `year`. One query."""
    sessions = SessionPage.objects.published().scheduled().filter(starts_at__year=year)
    rows = Attendance.objects.represented().filter(session__in=sessions, member__isnull=False)
    return rows.values("member").distinct().count()


def attendance_of(sessions: Iterable[SessionPage]) -> list[SessionAttendance]:
    """Returns the figures of `sessions` in the given order, complete or not. Two queries in total."""
    session_list = list(sessions)
    if not session_list:
        return []
    rows: dict[int, list[Attendance]] = defaultdict(list)
    for row in Attendance.objects.filter(session__in=[session.pk for session in session_list]).order_by():
        rows[row.session_id].append(row)
    mandates = _mandates_between(min(map(day_of, session_list)), max(map(day_of, session_list)))
    return [_figures(session, rows[session.pk], mandates) for session in session_list]


def _mandates_between(first: date, last: date) -> list[Mandate]:
    """Returns the mandates with a seat that include at least one day from `first` to `last`."""
    rows = Mandate.objects.not_over(first).filter(starts_on__lte=last, seat__isnull=False)
    return list(rows.select_related("seat"))


def _figures(session: SessionPage, rows: Sequence[Attendance], mandates: Sequence[Mandate]) -> SessionAttendance:
    day = day_of(session)
    filled = [row for row in mandates if includes(row, day) and row.seat and includes(row.seat, day)]
    seats = {row.seat_id for row in filled}
    held = {row.seat_id: row.member_id for row in filled if row.role == Mandate.Role.MEMBER}
    speakers = {row.seat_id: row.member_id for row in filled} | held
    recorded = {row.seat_id: row.state for row in rows if row.seat_id in seats and row.is_of(speakers[row.seat_id])}
    return SessionAttendance(
        session=session,
        seats=len(seats),
        recorded=len(recorded),
        represented=sum(state in Attendance.CAME for state in recorded.values()),
    )


@dataclass(frozen=True)
class AbsenceRun:
    """Consecutive sessions missed by the speaker of a seat, in the current mandate, up to the last record."""

    seat: Seat
    people: list[Member]
    first_session_id: int
    missed: int
    excused: int

    @property
    def names(self) -> str:
        """Names of the people who fill the seat today."""
        return ", ".join(map(str, self.people))


def absence_runs(now: datetime, *, at_least: int) -> list[AbsenceRun]:
    """Returns the runs of at least `at_least` absences that are not over at `now`, in seat order.

    Three queries. A run belongs to one mandate: absences in an earlier mandate, or of another person on the seat, do
    not count; so its first session is the key of its alert. Excused absences count, because nobody spoke for the
    seat. A session without a record of the seat neither lengthens nor ends a run. Sessions that are not over are
    ignored.
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
    """Returns the leading `rows` (newest first) that belong to the mandate of the person who speaks for the seat."""
    if filled.since is None:
        return []
    speaker, since = filled.people[0], filled.since
    return list(
        takewhile(
            lambda row: row.member_id == speaker.pk and in_city_time(row.session__starts_at).date() >= since, rows
        )
    )


def incomplete_sheets(now: datetime) -> list[SessionAttendance]:
    """Returns the sessions over at `now` with open, incomplete attendance, the latest first.

    However old they are: the approval of the minutes closes attendance, complete or not.

    Three queries; one if all of these sessions have published minutes.
    """
    return [attendance for attendance in attendance_of(with_open_sheets(now)) if attendance.is_to_complete]


def with_open_sheets(now: datetime) -> SessionQuerySet:
    """Returns the sessions over at `now` whose attendance may still change, the latest first."""
    return SessionPage.objects.live().held(now).filter(minutes_published_at__isnull=True)
