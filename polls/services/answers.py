"""Answers of a person to a poll: validation, counting and storage."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from polls.errors import (
    IncompleteAnswer,
    NotForSheets,
    NotInElectorate,
    PollAlreadyAnswered,
    PollNotOpen,
    PollRefusal,
    SeatAnswered,
)
from polls.hooks import voices_at
from polls.kinds import kind_of
from polls.models import NominativeAnswer, Participation, Poll, SecretTally, SecretTexts, ballots
from polls.models.ballots import AnswerValue
from polls.permissions import has_answered, is_invited, voice_was_used
from polls.queries.electorate import voice_of


@transaction.atomic
def answer_poll(*, poll: Poll, user: User, answers: Mapping[int, AnswerValue], now: datetime) -> bool:
    """Records the answers of `user` to `poll`: {question id: answer}, one per question.

    A nominative answer replaces an earlier one: returns whether there was one. Raises `PollNotOpen`, `NotInElectorate`,
    `PollAlreadyAnswered`, `SeatAnswered`, `IncompleteAnswer` or `InvalidAnswer`, without changes.
    """
    if not poll.is_open(now):
        raise PollNotOpen
    if not is_invited(user, poll, now=now):
        raise NotInElectorate
    # Before validation, so that a second submission gets this error, whatever it contains.
    if poll.is_secret and has_answered(user, poll):
        raise PollAlreadyAnswered
    if voice_was_used(user, poll, now=now):
        raise SeatAnswered
    texts, voice = checked(poll, answers), voice_of(user, poll, now)
    if poll.is_secret:
        _count_secretly(poll, user, voice, texts)
        return False
    return _store_nominative(poll, user, voice, texts)


@transaction.atomic
def answer_for_voice(*, poll: Poll, voice: str, answers: Mapping[int, AnswerValue], now: datetime) -> None:
    """Records the answers of the seat `voice`, which has no account that could answer.

    The caller checks the identity of the voter, and logs who entered the answers. Raises `PollNotOpen`,
    `NotInElectorate`, `SeatAnswered`, `IncompleteAnswer` or `InvalidAnswer`, without changes.
    """
    if not poll.is_open(now):
        raise PollNotOpen
    if poll.audience != Poll.Audience.SEATS or voice not in {seat.key for seat in voices_at(now)}:
        raise NotInElectorate
    if poll.is_secret and poll.participations.filter(voice=voice).exists():
        raise SeatAnswered
    record = _count_secretly if poll.is_secret else _store_nominative
    record(poll, None, voice, checked(poll, answers))


def answers_of_voice(poll: Poll, voice: str) -> dict[int, dict[int, int]]:
    """Returns the answers entered for the seat `voice` without an account: {question id: answer}; {} if secret."""
    answers = NominativeAnswer.objects.filter(participation__poll=poll, participation__voice=voice)
    rows = answers.filter(participation__user=None).values_list("question", "answer")
    return {question: ballots.read(text) for question, text in rows}


@transaction.atomic
def count_sheet(*, poll: Poll, answers: Mapping[int, AnswerValue], now: datetime, takes_blanks: bool = False) -> None:
    """Counts the answers of one person met: {question id: answer}, one per question, "" or {} for none.

    With `takes_blanks`, any question may be blank, as on the paper sheet that is typed in.

    The caller ensures that each sheet is counted once. Raises `PollNotOpen`, `NotForSheets`, `IncompleteAnswer` or
    `InvalidAnswer`, without changes.
    """
    if not poll.is_open(now):
        raise PollNotOpen
    if not poll.is_among_people_met:
        raise NotForSheets
    texts = checked(poll, answers, takes_blanks=takes_blanks)
    try:
        with transaction.atomic():
            Participation.objects.create(poll=poll)
            _count(poll, texts)
    except IntegrityError as error:
        # The poll has ended since the check above: the trigger refused the row.
        raise PollNotOpen from error


def checked(poll: Poll, answers: Mapping[int, AnswerValue], *, takes_blanks: bool = False) -> dict[int, str]:
    """Returns the validated answers in text format, by question id."""
    questions = {question.pk: question for question in poll.questions.prefetch_related("choices")}
    if set(answers) != set(questions):
        raise IncompleteAnswer
    for pk, question in questions.items():
        kind_of(question).check(answers[pk], takes_blank=takes_blanks)
    return {pk: ballots.write(answers[pk]) for pk in sorted(answers)}


def _count_secretly(poll: Poll, user: User | None, voice: str, texts: Mapping[int, str]) -> None:
    """Counts a secret answer, after the unique participation is written: of two concurrent answers, one is refused."""
    try:
        with transaction.atomic():
            Participation.objects.create(poll=poll, user=user, voice=voice)
            _count(poll, texts)
    except IntegrityError as error:
        raise _refusal(poll, user, voice) from error


def _count(poll: Poll, texts: Mapping[int, str]) -> None:
    """Counts the result of `checked`, by the person's group if a question makes groups."""
    questions = poll.questions.in_bulk()
    group_id = next((pk for pk, question in questions.items() if question.makes_groups), None)
    # Always in the order of question ids, so that concurrent answers cannot deadlock.
    for pk, text in texts.items():
        if not kind_of(questions[pk]).is_text:
            tally, _created = SecretTally.objects.select_for_update().get_or_create(question_id=pk)
            tally.add(text if group_id in (None, pk) else ballots.in_group(texts[group_id], text))
        elif text:
            secret_texts, _created = SecretTexts.objects.select_for_update().get_or_create(question_id=pk)
            secret_texts.add(text)


def _store_nominative(poll: Poll, user: User | None, voice: str, texts: Mapping[int, str]) -> bool:
    # Without an account, the earlier answer is that of the seat.
    owner = {"user": user} if user else {"user": None, "voice": voice}
    try:
        with transaction.atomic():
            participation, created = Participation.objects.get_or_create(poll=poll, **owner, defaults={"voice": voice})
            store_answers(participation, texts)
    except IntegrityError as error:
        raise _refusal(poll, user, voice) from error
    return not created


def _refusal(poll: Poll, user: User | None, voice: str) -> PollRefusal:
    """Returns why the database refused the row: answered by the user or for the seat, or closed since the check."""
    if poll.is_secret and user and poll.participations.filter(user=user).exists():
        return PollAlreadyAnswered()
    seat_participations = poll.participations.filter(voice=voice)
    # An earlier nominative answer without an account can be changed, so it is no conflict.
    if (
        voice
        and (seat_participations if poll.is_secret and not user else seat_participations.exclude(user=user)).exists()
    ):
        return SeatAnswered()
    return PollNotOpen()


def store_answers(participation: Participation, texts: Mapping[int, str]) -> None:
    """Stores the result of `checked` as the answers of `participation`, replacing earlier ones."""
    NominativeAnswer.objects.bulk_create(
        [
            NominativeAnswer(participation=participation, question_id=question_id, answer=text)
            for question_id, text in texts.items()
        ],
        update_conflicts=True,
        unique_fields=["participation", "question"],
        update_fields=["answer"],
    )
