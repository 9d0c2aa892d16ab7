"""Absences that members announced before a session."""

from datetime import datetime

from django.db.models import QuerySet

from committee.models import Attendance, Member, SessionPage
from committee.models.attendance_rules import attendance_is_closed, day_of
from committee.queries.seats import FilledSeat, seat_of

State, How = Attendance.State, Attendance.How


def can_announce(session: SessionPage, now: datetime) -> bool:
    """Returns whether an absence from `session` may be announced, or withdrawn, at `now`: until the session begins."""
    return not session.is_cancelled and not attendance_is_closed(session) and now < session.starts_at


def announced(session: SessionPage) -> QuerySet[Attendance]:
    """Returns the announced absences from `session` that no other record has replaced."""
    return Attendance.objects.filter(session=session, state=State.EXCUSED, how=How.AHEAD)


def absent_seat(session: SessionPage, member: Member) -> FilledSeat | None:
    """Returns the seat of `member` on the day of `session`, if an absence was announced for it.

    One query while nobody has announced any.
    """
    seats = set(announced(session).values_list("seat", flat=True))
    filled = seat_of(member, day_of(session)) if seats else None
    return filled if filled and filled.seat.pk in seats else None
