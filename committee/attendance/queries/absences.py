"""Absences that members announced before a session, and the substitutes who are asked to come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from committee.models import Attendance, Member, SessionPage
from committee.models.attendance_rules import attendance_is_closed, day_of
from committee.queries.seats import FilledSeat, seats_on

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

State, How = Attendance.State, Attendance.How


def can_announce(session: SessionPage, now: datetime) -> bool:
    """Returns whether an absence from `session` may be announced, or withdrawn, at `now`: until the session begins."""
    return not session.is_cancelled and not attendance_is_closed(session) and now < session.starts_at


def session_to_come(person: "User | AnonymousUser", now: datetime) -> SessionPage | None:
    """Returns the next session that `person` sees and that has not begun at `now`, if an absence may be announced."""
    session = SessionPage.objects.visible_to(person).scheduled().filter(starts_at__gt=now).order_by("starts_at").first()
    return session if session and can_announce(session, now) else None


def speaks_for(filled: FilledSeat, member: Member) -> bool:
    """Returns whether `member` says if somebody comes for the seat: its holder, or a substitute alone."""
    return filled.people[0] == member


def announced(session: SessionPage) -> QuerySet[Attendance]:
    """Returns the announced absences from `session` that no other record has replaced."""
    return Attendance.objects.filter(session=session, state=State.EXCUSED, how=How.AHEAD)


def substitute_account(filled: FilledSeat) -> "User | None":
    """Returns the account of the substitute who is asked by e-mail to come for the holder; None without one."""
    user = filled.stand_in.user if filled.stand_in else None
    return user if user and user.is_active else None


@dataclass(frozen=True)
class SubstituteToCall:
    """Substitute without an account, whose holder has announced an absence from `session`: no e-mail asks."""

    session: SessionPage
    holder: Member
    substitute: Member


def substitutes_to_call(now: datetime) -> Iterator[SubstituteToCall]:
    """Yields the substitutes to call before a session to come. One query, and two for each session with an absence."""
    sessions = SessionPage.objects.live().scheduled().filter(starts_at__gt=now)
    absences = Attendance.objects.filter(session__in=sessions, state=State.EXCUSED, how=How.AHEAD)
    rows = absences.select_related("session").order_by("session__starts_at", "session_id")
    for session, of_session in groupby(rows, key=lambda row: row.session):
        absent = {(row.seat_id, row.member_id) for row in of_session}
        for filled in seats_on(day_of(session)):
            holder, substitute = filled.holder, filled.substitute
            is_reached = substitute_account(filled) is not None
            if holder and substitute and not is_reached and (filled.seat.pk, holder.pk) in absent:
                yield SubstituteToCall(session, holder, substitute)
