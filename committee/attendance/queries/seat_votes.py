"""Queries for votes of seats that are entered on paper: polls, seats, votes still to enter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.queries import active_at
from committee.attendance.queries.voices import seats_with_voices
from committee.models import Member
from committee.queries.seats import FilledSeat
from polls.hooks import VotingSeat
from polls.models import Participation, Poll


@dataclass(frozen=True)
class SeatToEnter:
    """Seat whose people cannot answer on the site, with its voice and the person who votes."""

    filled: FilledSeat
    voice: VotingSeat
    has_voted: bool

    @property
    def voter(self) -> Member:
        """The holder, or the substitute of a seat without a holder."""
        return self.filled.people[0]


def seats_without_account(now: datetime) -> list[tuple[FilledSeat, VotingSeat]]:
    """Returns the filled seats without any active account that could answer at `now`. Constant number of queries."""
    seats = seats_with_voices(now)
    named = {pk for _filled, voice in seats for pk in voice.accounts}
    in_use = set(active_at(User.objects.filter(pk__in=named), now).values_list("pk", flat=True))
    return [(filled, voice) for filled, voice in seats if not voice.accounts & in_use]


def votes_to_enter(now: datetime) -> Iterator[tuple[Poll, list[SeatToEnter]]]:
    """Yields the open polls among seats, the first to close first, with the seats whose vote is to be entered."""
    polls = list(Poll.objects.open(now).filter(audience=Poll.Audience.SEATS))
    if not polls or not (seats := seats_without_account(now)):
        return
    voted = set(Participation.objects.filter(poll__in=polls).exclude(voice="").values_list("poll", "voice"))
    for poll in polls:
        yield poll, [SeatToEnter(filled, voice, (poll.pk, voice.key) in voted) for filled, voice in seats]
