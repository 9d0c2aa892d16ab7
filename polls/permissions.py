"""Who may answer, and who may read results."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from polls.models import Poll


def has_answered(user: User | AnonymousUser, poll: Poll) -> bool:
    return user.is_authenticated and poll.participations.filter(user=user).exists()


def can_answer(user: User | AnonymousUser, poll: Poll, *, now: datetime) -> bool:
    """Anyone with an account, once, while the poll is open."""
    return user.is_authenticated and poll.is_open(now) and not has_answered(user, poll)


def can_read_results(user: User | AnonymousUser, poll: Poll, *, now: datetime) -> bool:
    """Everyone once the poll is over; before, those who answered: results must not lead the answers."""
    return now >= poll.closes_at or has_answered(user, poll)
