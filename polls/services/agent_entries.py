"""Agent entries: answers to nominative polls, entered for people who visited a desk, phoned or wrote.

They have no account. Instead of the constraint "one answer per account", the name is unique: an agent who enters it
again gets an error. The name is kept until a month after the end, and only agents can read it.
"""

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from wagtail.log_actions import log

from accounts.models import User
from common.origins import Origin
from polls.errors import NameAnswered, NameMissing, NotForAgents, PollNotOpen
from polls.models import AgentEntry, NominativeAnswer, Participation, Poll, ballots
from polls.models.ballots import AnswerValue
from polls.permissions import can_answer_for_others
from polls.services.answers import checked, store_answers

KEY_LENGTH = AgentEntry._meta.get_field("key").max_length
ENTERED, CHANGED = "polls.enter", "polls.change_entry"


def key_of(name: str) -> str:
    """Returns a key that is equal for spellings of one name: « MARTIN Odile » and « Odile Martín »."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    words = "".join(char if char.isalnum() else " " for char in letters if not unicodedata.combining(char)).split()
    return " ".join(sorted(words))[:KEY_LENGTH]


@transaction.atomic
def answer_for(
    *, poll: Poll, agent: User, name: str, origin: Origin, answers: Mapping[int, AnswerValue], now: datetime
) -> AgentEntry:
    """Records the answers of the person called `name`: {question id: answer}, one per question.

    Idempotent for the same agent and answers: returns the existing entry. Raises `PermissionDenied`, `PollNotOpen`,
    `NotForAgents`, `NameMissing`, `NameAnswered`, `IncompleteAnswer` or `InvalidAnswer`, without changes.
    """
    _check_can_enter(agent, poll, now)
    texts, key = checked(poll, answers), key_of(name)
    if not key:
        raise NameMissing
    try:
        with transaction.atomic():
            entry = AgentEntry.objects.create(
                participation=Participation.objects.create(poll=poll),
                poll=poll,
                name=name,
                key=key,
                origin=origin,
                agent=agent,
            )
            store_answers(entry.participation, texts)
    except IntegrityError as error:
        existing = AgentEntry.objects.filter(poll=poll, key=key).first()
        if existing is None:
            # The poll has ended since the check above: the trigger refused the row.
            raise PollNotOpen from error
        if existing.agent_id == agent.pk and _answer_texts(existing) == texts:
            return existing
        raise NameAnswered from error
    log(entry, ENTERED, user=agent, data={"origin": str(origin)})
    return entry


@transaction.atomic
def change_answer_for(
    *, entry: AgentEntry, agent: User, answers: Mapping[int, AnswerValue], now: datetime
) -> AgentEntry:
    """Replaces the answers of `entry`. Raises the exceptions of `answer_for`, except those about the name."""
    entry = AgentEntry.objects.select_for_update().get(pk=entry.pk)
    _check_can_enter(agent, entry.poll, now)
    texts = checked(entry.poll, answers)
    try:
        with transaction.atomic():
            store_answers(entry.participation, texts)
    except IntegrityError as error:
        # The poll has ended since the check above: the trigger refused the rows.
        raise PollNotOpen from error
    entry.agent = agent
    entry.save(update_fields=["agent"])
    log(entry, CHANGED, user=agent)
    return entry


def forget_names(*, now: datetime) -> int:
    """Erases the names `AgentEntry.NAME_KEPT` after the end of their poll; returns the number of entries."""
    entries = AgentEntry.objects.exclude(name="").filter(poll__closes_at__lte=now - AgentEntry.NAME_KEPT)
    return AgentEntry.objects.filter(pk__in=list(entries.values_list("pk", flat=True))).update(name="", key="")


def answers_of_entry(entry: AgentEntry) -> dict[int, dict[int, int]]:
    """Returns the answers of `entry`: {question id: answer}."""
    return {question: ballots.read(text) for question, text in _answer_texts(entry).items()}


def _answer_texts(entry: AgentEntry) -> dict[int, str]:
    return dict(NominativeAnswer.objects.filter(participation__entry=entry).values_list("question", "answer"))


def _check_can_enter(agent: User, poll: Poll, now: datetime) -> None:
    if not can_answer_for_others(agent):
        raise PermissionDenied
    if not poll.is_open(now):
        raise PollNotOpen
    if not Poll.objects.open_to_agents(now).filter(pk=poll.pk).exists():
        raise NotForAgents
