"""Queries for votes of seats that are entered on paper: polls, seats, votes still to enter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.queries import active_at
from committee.attendance.queries.voices import SeatVoice, seats_with_voices
from committee.models import Member, Seat
from polls.models import Participation, Poll


@dataclass(frozen=True)
class SeatToEnter:
    """Seat whose vote nobody can give on the site."""

    voice: SeatVoice
    has_voted: bool

    @property
    def seat(self) -> Seat:
        return self.voice.filled.seat

    @property
    def voter(self) -> Member:
        """The substitute who sits in the seat, else the holder, or the substitute of a seat without a holder."""
        return self.voice.speakers[0]


def seats_without_account(now: datetime) -> list[SeatVoice]:
    """Returns the voices that no active account could give at `now`. Constant number of queries."""
    voices = seats_with_voices(now)
    named = {pk for voice in voices for pk in voice.voting_seat.accounts}
    in_use = set(active_at(User.objects.filter(pk__in=named), now).values_list("pk", flat=True))
    return [voice for voice in voices if not voice.voting_seat.accounts & in_use]


def votes_to_enter(now: datetime) -> Iterator[tuple[Poll, list[SeatToEnter]]]:
    """Yields the open polls among seats, the first to close first, with the seats whose vote is to be entered."""
    polls = list(Poll.objects.open(now).filter(audience=Poll.Audience.SEATS))
    if not polls or not (voices := seats_without_account(now)):
        return
    voted = set(Participation.objects.filter(poll__in=polls).exclude(voice="").values_list("poll", "voice"))
    for poll in polls:
        yield poll, [SeatToEnter(voice, (poll.pk, voice.voting_seat.key) in voted) for voice in voices]
