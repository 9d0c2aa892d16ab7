"""State machine of the outbox: preconditions of each transition, and crashes between two of them."""

import datetime as dt

import pytest
from django.db import IntegrityError, OperationalError

from mailing import queue
from mailing.models import Batch, Message
from mailing.queue import LEASE, Outcome
from tests.mailing.fakes import MINUTE, NOW, make_batch, make_message

State = Message.State
pytestmark = pytest.mark.django_db


def claimed(now=NOW):
    make_message()
    (message,) = queue.claim(now=now)
    return message


def fenced(now=NOW):
    message = claimed(now)
    assert queue.fence(message=message, now=now)
    return message


def test_a_state_that_the_table_does_not_reach_is_refused():
    make_message()
    with pytest.raises(ValueError, match="no transition"):
        Message.objects.all().move(source=State.PENDING, to=State.SENT)
    assert Message.objects.get().state == State.PENDING


def test_every_state_has_its_row_in_the_table():
    assert set(Message.TRANSITIONS) == set(State)
    ends = {state for state in State if not Message.TRANSITIONS[state]}
    # A sent mail is final for the outbox, but may still bounce.
    assert ends | {State.SENT} == set(Message.FINAL_STATES)
    assert Message.TRANSITIONS[State.SENT] == {State.BOUNCED}


def test_a_lease_is_longer_than_a_dialogue_in_which_each_phase_times_out(settings):
    assert queue.check_lease(None) == []
    settings.EMAIL_TIMEOUT = settings.MAIL_LEASE.total_seconds() / queue.SMTP_PHASES
    assert [error.id for error in queue.check_lease(None)] == ["mailing.E002"]


def test_claim_takes_a_row_once_and_the_urgent_ones_first():
    late = make_message(now=NOW)
    Message.objects.filter(pk=late.pk).update(priority=Message.Priority.BATCH)
    urgent = make_message(now=NOW)
    assert [message.pk for message in queue.claim(now=NOW, limit=1)] == [urgent.pk]
    assert [message.pk for message in queue.claim(now=NOW)] == [late.pk]
    assert queue.claim(now=NOW) == []


def test_what_is_not_due_yet_or_belongs_to_a_paused_batch_is_left():
    future = make_message(now=NOW + MINUTE)
    paused = make_message()
    batch = Batch.objects.create(kind="test", label="t", status=Batch.Status.PAUSED, created_at=NOW)
    Message.objects.filter(pk=paused.pk).update(batch=batch)
    assert queue.claim(now=NOW) == []
    assert [message.pk for message in queue.claim(now=NOW + MINUTE)] == [future.pk]


def test_the_fence_opens_once_and_counts_the_attempt():
    message = claimed()
    assert queue.fence(message=message, now=NOW)
    assert not queue.fence(message=message, now=NOW)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.lease_until) == (State.SENDING, 1, NOW + LEASE)


def test_the_fence_stays_shut_when_the_lease_is_over():
    message = claimed()
    assert not queue.fence(message=message, now=NOW + LEASE)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.CLAIMED, 0)


def test_the_fence_stays_shut_for_a_row_that_another_worker_claimed_meanwhile():
    """The first worker froze: its row was released, and the second worker holds it with a valid lease."""
    frozen = claimed()
    later = NOW + LEASE
    queue.release_expired(now=later)
    (ours,) = queue.claim(now=later)
    assert ours.pk == frozen.pk
    assert not queue.fence(message=frozen, now=later)
    assert queue.fence(message=ours, now=later)


def test_the_fence_stays_shut_for_a_row_that_was_cancelled_after_the_claim():
    from mailing.services import cancel

    message = claimed()
    assert cancel(messages=Message.objects.all(), reason="stopped") == 1
    assert not queue.fence(message=message, now=NOW)
    assert Message.objects.get().state == State.CANCELLED


def test_the_fence_stays_shut_for_a_row_whose_batch_was_paused_after_the_claim():
    make_batch(1)
    (message,) = queue.claim(now=NOW)
    Batch.objects.update(status=Batch.Status.PAUSED)
    assert not queue.fence(message=message, now=NOW)
    Batch.objects.update(status=Batch.Status.ACTIVE)
    assert queue.fence(message=message, now=NOW)


def test_a_move_that_the_table_does_not_have_is_refused():
    with pytest.raises(ValueError, match="no transition"):
        queue.move_held(message=claimed(), source=State.CLAIMED, to=State.SENT)


def test_a_worker_killed_before_the_fence_costs_nothing():
    message = claimed()
    assert queue.release_expired(now=NOW + LEASE - MINUTE)["released"] == 0
    assert queue.release_expired(now=NOW + LEASE) == {"released": 1, "uncertain": 0, "held": 0}
    message.refresh_from_db()
    assert (message.state, message.attempts, message.uncertain, message.claim) == (State.PENDING, 0, 0, None)


def test_a_worker_killed_while_sending_leaves_an_uncertain_row_and_the_second_time_it_is_held():
    message = fenced()
    message_id = message.message_id
    assert queue.release_expired(now=NOW + LEASE)["uncertain"] == 1
    message.refresh_from_db()
    assert (message.state, message.uncertain, message.message_id) == (State.PENDING, 1, message_id)
    (again,) = queue.claim(now=NOW + LEASE)
    assert queue.fence(message=again, now=NOW + LEASE)
    assert queue.release_expired(now=NOW + 2 * LEASE) == {"released": 0, "uncertain": 0, "held": 1}
    message.refresh_from_db()
    assert (message.state, message.uncertain) == (State.HELD, 2)
    assert queue.claim(now=NOW + dt.timedelta(days=1)) == []


def test_what_a_clock_that_was_ahead_claimed_is_taken_back_by_the_right_one():
    ahead = NOW + 2 * queue.CLOCKS_DIFFER
    claimed(ahead)
    assert queue.release_expired(now=NOW)["released"] == 1


def test_a_clock_a_little_ahead_keeps_what_it_claimed():
    claimed(NOW + queue.CLOCKS_DIFFER)
    assert queue.release_expired(now=NOW)["released"] == 0


def test_a_sleeper_that_wakes_after_its_lease_changes_nothing(caplog):
    message = fenced()
    queue.release_expired(now=NOW + LEASE)
    (again,) = queue.claim(now=NOW + LEASE)
    assert not queue.record(message=message, outcome=Outcome(State.SENT, code=250), now=NOW + LEASE)
    assert "overtaken" in caplog.text
    message.refresh_from_db()
    assert (message.state, message.claim) == (State.CLAIMED, again.claim)


def test_a_sent_row_keeps_no_body():
    message = fenced()
    assert queue.record(message=message, outcome=Outcome(State.SENT, code=250), now=NOW)
    message.refresh_from_db()
    assert (message.state, message.payload, message.sent_at, message.smtp_code) == (State.SENT, None, NOW, 250)


def test_the_commit_after_sending_is_tried_again_while_the_database_is_away(monkeypatch):
    message = fenced()
    answers = [OperationalError("away"), OperationalError("away"), True]
    pauses = []

    def move_held(**kwargs):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(queue, "move_held", move_held)
    monkeypatch.setattr(queue, "connection", type("C", (), {"in_atomic_block": False, "close": lambda: None}))
    monkeypatch.setattr(queue.time, "sleep", pauses.append)
    assert queue.record(message=message, outcome=Outcome(State.SENT, code=250), now=NOW)
    assert pauses == [queue.RECORD_PAUSE] * 2


@pytest.mark.parametrize(("attempts", "minutes"), [(0, 1), (1, 5), (2, 30), (3, 120), (4, 360), (5, 360), (6, 360)])
def test_temporary_failures_wait_longer_and_longer(attempts, minutes):
    message = Message(attempts=attempts)
    outcome = queue.after_temporary_failure(message=message, now=NOW, code=451, error="smtp 451")
    assert outcome.state == State.PENDING
    assert minutes * MINUTE <= outcome.retry_at - NOW <= minutes * MINUTE * 1.1


def test_the_eighth_failure_is_the_last():
    outcome = queue.after_temporary_failure(message=Message(attempts=7), now=NOW, code=451, error="smtp 451")
    assert (outcome.state, outcome.retry_at) == (State.EXPIRED, None)


def test_waiting_and_held_rows_expire_and_their_bodies_go():
    message = make_message()
    assert queue.expire(now=message.expires_at - MINUTE) == 0
    assert queue.expire(now=message.expires_at) == 1
    message.refresh_from_db()
    assert (message.state, message.payload) == (State.EXPIRED, None)


def test_the_database_refuses_a_claimed_row_without_a_claim():
    message = make_message()
    with pytest.raises(IntegrityError):
        Message.objects.filter(pk=message.pk).update(state=State.SENDING)
