"""Absences announced before a session, by the member or on their behalf, and the substitutes asked to come."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import AnyUser
from committee.models import Attendance, Member, SessionPage
from committee.models.attendance_rules import attendance_is_closed, day_of
from committee.queries.seats import FilledSeat, seats_on

if TYPE_CHECKING:
    from accounts.models import User

State, How = Attendance.State, Attendance.How


def can_announce(session: SessionPage, now: datetime) -> bool:
    """Returns whether an absence from `session` may be announced or withdrawn at `now`, that is before it begins."""
    return not session.is_cancelled and not attendance_is_closed(session) and now < session.starts_at


def session_to_come(user: AnyUser, now: datetime) -> SessionPage | None:
    """Returns the next session visible to `user`, if an absence from it may be announced at `now`."""
    session = SessionPage.objects.visible_to(user).to_begin(now).first()
    return session if session and can_announce(session, now) else None


def speaks_for(filled: FilledSeat, member: Member) -> bool:
    """Returns whether `member` speaks for the seat: its holder, or the substitute where there is no holder."""
    return filled.people[0] == member


def announced(session: SessionPage) -> QuerySet[Attendance]:
    """Returns the announced absences from `session` that no later record has replaced."""
    return Attendance.objects.filter(session=session, state=State.EXCUSED, how=How.AHEAD)


def recorded_seats(session: SessionPage, seats: Iterable[FilledSeat]) -> dict[int, Attendance]:
    """Returns the attendance records of `session`, by primary key of the seat."""
    speakers = {filled.seat.pk: filled.people[0].pk for filled in seats if filled.people}
    rows = Attendance.objects.filter(session=session)
    return {row.seat_id: row for row in rows if row.is_of(speakers.get(row.seat_id))}


def substitute_account(filled: FilledSeat) -> "User | None":
    """Returns the active account of the substitute who stands in for the holder, or None."""
    user = filled.stand_in.user if filled.stand_in else None
    return user if user and user.is_active else None


@dataclass(frozen=True)
class ExpectedAbsence:
    """Announced absence of the person who speaks for a seat, with the answer of the substitute."""

    filled: FilledSeat
    # The substitute has declined.
    is_declined: bool

    @property
    def sentence(self) -> str:
        """« Aïcha N. (Nora K. : demande envoyée) »."""
        speaker, substitute = self.filled.people[0].name, self.filled.stand_in
        if substitute is None:
            return _("%(name)s (no substitute)") % {"name": speaker}
        facts = {"name": speaker, "substitute": substitute.name}
        if self.is_declined:
            return _("%(name)s (%(substitute)s cannot come either)") % facts
        if substitute_account(self.filled):
            return _("%(name)s (%(substitute)s was asked by e-mail)") % facts
        return _("%(name)s (%(substitute)s is to be called)") % facts


def expected_absences(recorded: Mapping[int, Attendance], seats: Iterable[FilledSeat]) -> list[ExpectedAbsence]:
    """Returns the announced absences among the records `recorded` (from `recorded_seats`), in the order of `seats`."""
    absences = []
    for filled in seats:
        row = recorded.get(filled.seat.pk)
        if row and row.how == How.AHEAD:
            is_declined = filled.stand_in is not None and row.declined_by_id == filled.stand_in.pk
            absences.append(ExpectedAbsence(filled, is_declined))
    return absences


@dataclass(frozen=True)
class SubstituteToCall:
    """Substitute without an account for an announced absence from `session`: they get no e-mail and need a call."""

    session: SessionPage
    holder: Member
    substitute: Member


def substitutes_to_call(now: datetime) -> Iterator[SubstituteToCall]:
    """Yields the substitutes to call before sessions to come. One query, plus two for each session with an absence."""
    sessions = SessionPage.objects.live().to_begin(now)
    absences = Attendance.objects.filter(session__in=sessions, state=State.EXCUSED, how=How.AHEAD)
    rows = absences.select_related("session").order_by("session__starts_at", "session_id")
    for session, of_session in groupby(rows, key=lambda row: row.session):
        absent = {(row.seat_id, row.member_id): row.declined_by_id for row in of_session}
        for filled in seats_on(day_of(session)):
            holder, substitute = filled.holder, filled.substitute
            is_reached = substitute_account(filled) is not None
            if not holder or not substitute or is_reached or (filled.seat.pk, holder.pk) not in absent:
                continue
            if absent[filled.seat.pk, holder.pk] != substitute.pk:
                yield SubstituteToCall(session, holder, substitute)
