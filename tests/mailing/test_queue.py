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


def claimed_message(now=NOW):
    make_message()
    (message,) = queue.claim(now=now)
    return message


def fenced_message(now=NOW):
    message = claimed_message(now)
    assert queue.fence(message=message, now=now)
    return message


def test_undefined_transition_is_refused():
    make_message()
    with pytest.raises(ValueError, match="no transition"):
        Message.objects.all().move(source=State.PENDING, to=State.SENT)
    assert Message.objects.get().state == State.PENDING


def test_every_state_is_in_the_table_of_transitions():
    assert set(Message.TRANSITIONS) == set(State)
    ends = {state for state in State if not Message.TRANSITIONS[state]}
    # A sent mail is final for the outbox, but may still bounce.
    assert ends | {State.SENT} == set(Message.FINAL_STATES)
    assert set(Message.OPEN_STATES) == set(State) - set(Message.FINAL_STATES)
    assert Message.TRANSITIONS[State.SENT] == {State.BOUNCED}


def test_lease_is_longer_than_the_timeouts_of_all_smtp_phases(settings):
    assert queue.check_lease(None) == []
    settings.EMAIL_TIMEOUT = settings.MAIL_LEASE.total_seconds() / queue.SMTP_PHASES
    assert [error.id for error in queue.check_lease(None)] == ["mailing.E002"]


def test_claim_takes_a_row_once_by_priority():
    late = make_message(now=NOW)
    Message.objects.filter(pk=late.pk).update(priority=Message.Priority.BATCH)
    urgent = make_message(now=NOW)
    assert [message.pk for message in queue.claim(now=NOW, limit=1)] == [urgent.pk]
    assert [message.pk for message in queue.claim(now=NOW)] == [late.pk]
    assert queue.claim(now=NOW) == []


def test_claim_skips_future_rows_and_paused_batches():
    future = make_message(now=NOW + MINUTE)
    paused = make_message()
    batch = Batch.objects.create(kind="test", label="t", status=Batch.Status.PAUSED, created_at=NOW)
    Message.objects.filter(pk=paused.pk).update(batch=batch)
    assert queue.claim(now=NOW) == []
    assert [message.pk for message in queue.claim(now=NOW + MINUTE)] == [future.pk]


def test_fence_succeeds_once_and_counts_the_attempt():
    message = claimed_message()
    assert queue.fence(message=message, now=NOW)
    assert not queue.fence(message=message, now=NOW)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.lease_until) == (State.SENDING, 1, NOW + LEASE)


def test_fence_fails_after_the_lease():
    message = claimed_message()
    assert not queue.fence(message=message, now=NOW + LEASE)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.CLAIMED, 0)


def test_fence_fails_for_a_row_claimed_by_another_worker():
    """The first worker froze: its row was released, and the second worker holds it with a valid lease."""
    frozen = claimed_message()
    later = NOW + LEASE
    queue.release_expired(now=later)
    (ours,) = queue.claim(now=later)
    assert ours.pk == frozen.pk
    assert not queue.fence(message=frozen, now=later)
    assert queue.fence(message=ours, now=later)


def test_fence_fails_for_a_cancelled_row():
    from mailing.services import cancel

    message = claimed_message()
    assert cancel(messages=Message.objects.all(), reason="stopped") == 1
    assert not queue.fence(message=message, now=NOW)
    assert Message.objects.get().state == State.CANCELLED


def test_fence_fails_while_the_batch_is_paused():
    make_batch(1)
    (message,) = queue.claim(now=NOW)
    Batch.objects.update(status=Batch.Status.PAUSED)
    assert not queue.fence(message=message, now=NOW)
    Batch.objects.update(status=Batch.Status.ACTIVE)
    assert queue.fence(message=message, now=NOW)


def test_undefined_move_of_a_held_row_is_refused():
    with pytest.raises(ValueError, match="no transition"):
        queue.move_held(message=claimed_message(), source=State.CLAIMED, to=State.SENT)


def test_worker_killed_before_the_fence_costs_no_attempt():
    message = claimed_message()
    assert queue.release_expired(now=NOW + LEASE - MINUTE)["released"] == 0
    assert queue.release_expired(now=NOW + LEASE) == {"released": 1, "uncertain": 0, "held": 0}
    message.refresh_from_db()
    assert (message.state, message.attempts, message.uncertain, message.claim) == (State.PENDING, 0, 0, None)


def test_worker_killed_while_sending_leaves_uncertain_then_held_row():
    message = fenced_message()
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


def test_claim_from_the_future_is_released():
    ahead = NOW + 2 * queue.CLOCKS_DIFFER
    claimed_message(ahead)
    assert queue.release_expired(now=NOW)["released"] == 1


def test_claim_within_clock_tolerance_is_not_released():
    claimed_message(NOW + queue.CLOCKS_DIFFER)
    assert queue.release_expired(now=NOW)["released"] == 0


def test_record_after_the_lease_changes_nothing(caplog):
    message = fenced_message()
    queue.release_expired(now=NOW + LEASE)
    (again,) = queue.claim(now=NOW + LEASE)
    assert not queue.record(message=message, outcome=Outcome(State.SENT, code=250), now=NOW + LEASE)
    assert "overtaken" in caplog.text
    message.refresh_from_db()
    assert (message.state, message.claim) == (State.CLAIMED, again.claim)


def test_sent_row_has_no_payload():
    message = fenced_message()
    assert queue.record(message=message, outcome=Outcome(State.SENT, code=250), now=NOW)
    message.refresh_from_db()
    assert (message.state, message.payload, message.sent_at, message.smtp_code) == (State.SENT, None, NOW, 250)


def test_record_is_retried_while_the_database_is_unavailable(monkeypatch):
    message = fenced_message()
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
def test_retry_delay_grows_with_attempts(attempts, minutes):
    message = Message(attempts=attempts)
    outcome = queue.after_temporary_failure(message=message, now=NOW, code=451, error="smtp 451")
    assert outcome.state == State.PENDING
    assert minutes * MINUTE <= outcome.retry_at - NOW <= minutes * MINUTE * 1.1


def test_eighth_failure_expires_the_mail():
    outcome = queue.after_temporary_failure(message=Message(attempts=7), now=NOW, code=451, error="smtp 451")
    assert (outcome.state, outcome.retry_at) == (State.EXPIRED, None)


def test_rows_expire_and_lose_their_payload():
    message = make_message()
    assert queue.expire(now=message.expires_at - MINUTE) == 0
    assert queue.expire(now=message.expires_at) == 1
    message.refresh_from_db()
    assert (message.state, message.payload) == (State.EXPIRED, None)


def test_database_refuses_a_claimed_state_without_claim():
    message = make_message()
    with pytest.raises(IntegrityError):
        Message.objects.filter(pk=message.pk).update(state=State.SENDING)
