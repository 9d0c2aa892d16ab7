"""Permissions on polls: to answer, to read results, to enter answers for others, to change."""

from datetime import datetime

from accounts.models import AnyUser
from polls.models import Poll
from polls.queries.electorate import electorate, voice_of


def has_answered(user: AnyUser, poll: Poll) -> bool:
    return user.is_authenticated and poll.participations.filter(user=user).exists()


def is_invited(user: AnyUser, poll: Poll, *, now: datetime) -> bool:
    """Returns whether `user` belongs to the electorate of `poll`."""
    return user.is_authenticated and electorate(poll, now).filter(pk=user.pk).exists()


def voice_was_used(user: AnyUser, poll: Poll, *, now: datetime) -> bool:
    """Returns whether another user answered `poll` for the seat of `user`."""
    if not user.is_authenticated or not (voice := voice_of(user, poll, now)):
        return False
    return poll.participations.filter(voice=voice).exclude(user=user).exists()


def can_answer(user: AnyUser, poll: Poll, *, now: datetime) -> bool:
    """Returns whether `user` is invited and may answer now: once if the poll is secret, else again until the end."""
    if not poll.is_open(now) or not is_invited(user, poll, now=now):
        return False
    return not (poll.is_secret and has_answered(user, poll)) and not voice_was_used(user, poll, now=now)


def can_answer_for_others(user: AnyUser) -> bool:
    """Returns whether `user` may enter answers of people who visited a desk, phoned or wrote."""
    return user.has_perm("polls.enter_for_others")


def can_change_polls(user: AnyUser) -> bool:
    """Returns whether `user` may create, open, close and change polls in the admin."""
    return user.has_perm("polls.change_poll")


def can_read_results(user: AnyUser, poll: Poll, *, now: datetime) -> bool:
    """Returns whether `user` may read results: after the end; before, respondents at most, and nobody if secret."""
    if poll.is_over(now):
        return True
    if poll.is_sealed(now):
        return False
    return poll.results_shown == Poll.ResultsShown.AFTER_ANSWER and has_answered(user, poll)
