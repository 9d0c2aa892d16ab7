"""Answering a poll."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from polls.models import Choice, Participation, Poll


class PollNotOpen(Exception):
    """The poll has not opened yet, or it is over."""


class AlreadyAnswered(Exception):
    """This person answered this poll before; the first answer stands."""


class IncompleteAnswer(ValueError):
    """There is not exactly one choice for each question of the poll."""


@transaction.atomic
def answer_poll(*, poll: Poll, user: User, choices: Iterable[Choice], now: datetime) -> None:
    """Counts the answer of `user`: one choice for each question of `poll`.

    The unique row is written before anything is counted, so that of two answers sent at once one is refused. Raises
    `PollNotOpen`, `AlreadyAnswered` or `IncompleteAnswer`; then nothing is counted.
    """
    if not poll.is_open(now):
        raise PollNotOpen
    if Participation.objects.filter(poll=poll, user=user).exists():
        raise AlreadyAnswered
    chosen = list(choices)
    questions = set(poll.questions.values_list("pk", flat=True))
    if len(chosen) != len(questions) or {choice.question_id for choice in chosen} != questions:
        raise IncompleteAnswer
    try:
        with transaction.atomic():
            Participation.objects.create(poll=poll, user=user, answered_on=timezone.localdate(now))
    except IntegrityError as error:
        raise AlreadyAnswered from error
    Choice.objects.filter(pk__in=[choice.pk for choice in chosen]).update(votes=F("votes") + 1)
