"""Voices of the seats in a poll among seats."""

from datetime import datetime

from django.utils import timezone

from committee.attendance.queries.absences import recorded_seats
from committee.models import Attendance, Seat, SessionPage
from committee.queries.seats import FilledSeat, seats_on
from polls.hooks import VotingSeat


def voices_of_seats(moment: datetime) -> list[VotingSeat]:
    """Returns the voices of `seats_with_voices`."""
    return [voice for _filled, voice in seats_with_voices(moment)]


def seats_with_voices(moment: datetime) -> list[tuple[FilledSeat, VotingSeat]]:
    """Returns the seats filled at `moment`, each with its voice, whether or not their people have accounts.

    The holder answers for the seat. The substitute answers if there is no holder, or while the holder is absent: has
    announced an absence from the current or next session, or is recorded as absent.
    """
    seats = [filled for filled in seats_on(timezone.localdate(moment)) if filled.people]
    session = SessionPage.objects.published().next(moment)
    recorded = recorded_seats(session, seats) if session else {}
    return [(filled, _voice(filled, recorded.get(filled.seat.pk))) for filled in seats]


def voice_key(seat: Seat) -> str:
    """Returns the key of `seat` in the votes of a poll."""
    return f"siege-{seat.pk}"


def _voice(filled: FilledSeat, row: Attendance | None) -> VotingSeat:
    is_absent = row is not None and row.state not in (Attendance.State.PRESENT, Attendance.State.ONLINE)
    speakers = filled.people if is_absent else filled.people[:1]
    return VotingSeat(voice_key(filled.seat), frozenset(member.user_id for member in speakers if member.user_id))
