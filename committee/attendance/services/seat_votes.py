"""Enters the vote of a seat that no account can give."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from accounts.models import User
from committee.attendance.queries.seat_votes import seats_without_account
from committee.attendance.queries.voices import voice_key
from committee.errors import SeatAnswersOnline
from committee.models import Seat
from committee.permissions import can_edit_members
from polls.models import Poll
from polls.models.ballots import AnswerValue
from polls.services.answers import answer_for_voice

SEAT_VOTE_ENTERED = "committee.enter_seat_vote"


@transaction.atomic
def enter_seat_vote(*, poll: Poll, seat: Seat, agent: User, answers: Mapping[int, AnswerValue], now: datetime) -> None:
    """Counts the answers of `seat` to `poll`, one for each question: {question id: answer}.

    The log records the seat and the agent, never the answers. Raises `PermissionDenied`, `SeatAnswersOnline`, or the
    exceptions of `answer_for_voice`; nothing is counted then.
    """
    if not can_edit_members(agent):
        raise PermissionDenied
    if seat not in {voice.filled.seat for voice in seats_without_account(now)}:
        raise SeatAnswersOnline
    answer_for_voice(poll=poll, voice=voice_key(seat), answers=answers, now=now)
    log(poll, SEAT_VOTE_ENTERED, user=agent, data={"seat": seat.name})
