"""Voices of the seats in a poll among seats."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from committee.attendance.queries.absences import recorded_seats
from committee.models import Attendance, Member, Seat, SessionPage
from committee.queries.seats import FilledSeat, seats_on
from polls.hooks import VotingSeat


@dataclass(frozen=True)
class SeatVoice:
    """Vote of a filled seat, with the people who may give it: the first of them is the one to ask."""

    filled: FilledSeat
    speakers: list[Member]

    @property
    def voting_seat(self) -> VotingSeat:
        accounts = frozenset(member.user_id for member in self.speakers if member.user_id)
        return VotingSeat(voice_key(self.filled.seat), accounts)


def voices_of_seats(moment: datetime) -> list[VotingSeat]:
    """Returns the voices of the seats filled at `moment`, for the polls."""
    return [voice.voting_seat for voice in seats_with_voices(moment)]


def seats_with_voices(moment: datetime) -> list[SeatVoice]:
    """Returns the voices of the seats filled at `moment`, whether or not their people have accounts."""
    seats = [filled for filled in seats_on(timezone.localdate(moment)) if filled.people]
    session = SessionPage.objects.published().next(moment)
    recorded = recorded_seats(session, seats) if session else {}
    return [SeatVoice(filled, _speakers(filled, recorded.get(filled.seat.pk))) for filled in seats]


def voice_key(seat: Seat) -> str:
    """Returns the key of `seat` in the votes of a poll."""
    return f"siege-{seat.pk}"


def _speakers(filled: FilledSeat, row: Attendance | None) -> list[Member]:
    """Returns the people who may vote for a seat with the record `row` at the current or next session.

    The holder votes, or the substitute of a seat without a holder. Once the substitute sits, the vote is theirs
    alone. While the holder is absent and nobody sits, either of them may vote.
    """
    if row and filled.stand_in and row.state == Attendance.State.SUBSTITUTED:
        return [filled.stand_in]
    is_absent = row is not None and not row.came
    return filled.people if is_absent else filled.people[:1]
