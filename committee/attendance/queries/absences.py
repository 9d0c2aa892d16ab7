"""Absences that members announced before a session."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from committee.models import Attendance, Member, SessionPage
from committee.models.attendance_rules import attendance_is_closed
from committee.queries.seats import FilledSeat

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
