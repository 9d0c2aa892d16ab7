"""Electorate of a poll: the accounts that may answer, and their number.

A poll is put to an audience of `accounts`, or to the seats of the committee, with one answer per seat.
"""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.queries import accounts_of, active_at
from polls.hooks import voices_at
from polls.models import Participation, Poll


def electorate(poll: Poll, now: datetime) -> QuerySet[User]:
    """Returns the accounts that may answer `poll` at `now`, or could until its end. None for polls among people met."""
    if poll.is_among_people_met:
        return User.objects.none()
    moment = poll.counted_at(now)
    if poll.audience == Poll.Audience.SEATS:
        voters = User.objects.filter(pk__in={pk for voice in voices_at(moment) for pk in voice.accounts})
        return active_at(voters, moment)
    return accounts_of(poll.audience, moment)


def invited_count(poll: Poll, now: datetime) -> int:
    """Returns the possible number of answers at `now`, or until the end: people, or seats."""
    if poll.audience == Poll.Audience.SEATS:
        return len(voices_at(poll.counted_at(now)))
    return electorate(poll, now).count()


def voice_of(user: User, poll: Poll, now: datetime) -> str:
    """Returns the key of the seat for which `user` answers `poll`; "" if the poll is not put to seats."""
    if poll.audience != Poll.Audience.SEATS:
        return ""
    return next((voice.key for voice in voices_at(poll.counted_at(now)) if user.pk in voice.accounts), "")


def answered_by(user: User | AnonymousUser, polls: Collection[Poll], now: datetime) -> set[int]:
    """Returns the ids of those `polls` that `user`, or another user for the same seat, has answered.

    No query for an anonymous user, one for an account, and those of the seats if an open poll is put to them.
    """
    if not user.is_authenticated or not polls:
        return set()
    condition = Q(user=user)
    if any(poll.audience == Poll.Audience.SEATS and poll.is_open(now) for poll in polls):
        seats = [voice.key for voice in voices_at(now) if user.pk in voice.accounts]
        condition |= Q(voice__in=seats, poll__closes_at__gt=now)
    participations = Participation.objects.filter(condition, poll__in=[poll.pk for poll in polls])
    return set(participations.values_list("poll", flat=True))
