"""Circuit breaker: a failing batch is paused automatically, sends one alert, and resumes when the server recovers."""

import datetime as dt

import pytest
from wagtail import hooks
from wagtail.models import ModelLogEntry

from mailing import batches
from mailing.alerts import BatchPaused
from mailing.content import MailContent
from mailing.drain import SLICE, drain
from mailing.hooks import REGISTER_NOTIFICATIONS
from mailing.models import Batch, Message
from mailing.ticking import tick
from mailing.transports import PermanentFailure, TemporaryFailure
from tests.mailing.fakes import MINUTE, NOW, FakeTransport, deferred, make_batch, make_message

State, Why = Message.State, Batch.PauseReason
pytestmark = pytest.mark.django_db

SOON = TemporaryFailure("smtp 451 4.3.2", code=451, status="4.3.2")
FULL = PermanentFailure("smtp 552 5.2.2", code=552, status="5.2.2")
POLICY = PermanentFailure("smtp 550 5.7.1", code=550, status="5.7.1")


@pytest.fixture(autouse=True)
def _renderer():
    write = MailContent(subject="Lettre", text="Bonjour.")
    with hooks.register_temporarily(
        REGISTER_NOTIFICATIONS, lambda: [deferred(lambda messages, *, now: lambda message: write)]
    ):
        yield


def run(transport, now=NOW):
    return drain(max_seconds=60, clock=lambda: now, transport=transport)


def alerts():
    return list(Message.objects.filter(kind=BatchPaused.kind))


def test_twenty_consecutive_temporary_failures_pause_the_batch_and_alert_once(caplog):
    batch = make_batch(60)
    run(FakeTransport(*[SOON] * 60))
    batch.refresh_from_db()
    assert (batch.status, batch.pause_reason) == (Batch.Status.PAUSED, Why.TEMPORARY)
    assert batch.messages.filter(attempts=1).count() == 20
    assert batch.messages.filter(state=State.PENDING, attempts=0).count() == 40
    (alert,) = alerts()
    assert (alert.to_email, alert.priority, alert.batch) == ("contact@comite.example", Message.Priority.PERSONAL, None)
    assert f"batch {batch.pk} is paused: temporary" in caplog.text
    assert ModelLogEntry.objects.get(action="mailing.pause").comment == str(Why.TEMPORARY.label)


def test_failures_of_two_workers_are_added_up():
    """Each worker counted only ten failures; the rows add up to twenty."""
    batch = make_batch(2 * SLICE)
    for _worker in range(2):
        run_of_ten = FakeTransport(*[SOON] * 10)
        run_of_ten.stop_after = 10
        run(run_of_ten)
    batch.refresh_from_db()
    assert batch.pause_reason == Why.TEMPORARY
    assert batch.messages.filter(attempts__gt=0).count() == 20


def test_sent_mail_resets_the_count_of_failures():
    batch = make_batch(39)
    run(FakeTransport(*[SOON] * 19, None, *[SOON] * 19))
    batch.refresh_from_db()
    assert batch.status == Batch.Status.ACTIVE


def test_other_mails_are_sent_while_a_batch_is_paused():
    batches.pause(batch=make_batch(3), now=NOW)
    make_message()
    assert run(FakeTransport()).states == {"sent": 1}


def test_paused_batch_is_retried_and_paused_again_without_a_second_alert():
    batch = make_batch(60)
    run(FakeTransport(*[SOON] * 60))
    later = NOW + batches.PROBE_AFTER
    tick(now=later - MINUTE)
    batch.refresh_from_db()
    assert batch.status == Batch.Status.PAUSED
    tick(now=later)
    probe = FakeTransport(None, *[SOON] * 60)  # the alert is sent first
    run(probe, later)
    batch.refresh_from_db()
    assert batch.status == Batch.Status.PAUSED
    assert sum(batch.messages.values_list("attempts", flat=True)) == 21
    assert len(alerts()) == 1


def test_paused_batch_resumes_when_the_server_recovers():
    batch = make_batch(60)
    run(FakeTransport(*[SOON] * 60))
    later = NOW + dt.timedelta(hours=1)
    tick(now=later)
    run(FakeTransport(), later)
    batch.refresh_from_db()
    assert batch.status == Batch.Status.ACTIVE
    assert batch.messages.filter(state=State.SENT).count() == 60


@pytest.mark.thorough
def test_unreachable_server_costs_no_attempt_and_mails_are_sent_once_later():
    batch = make_batch(60)
    for minutes in range(0, 360, 5):
        now = NOW + minutes * MINUTE
        tick(now=now)
        run(FakeTransport(reachable=False), now)
    assert set(batch.messages.values_list("attempts", "state")) == {(0, State.PENDING)}
    transport = FakeTransport()
    run(transport, NOW + dt.timedelta(hours=6))
    assert (len(transport.taken), set(batch.messages.values_list("attempts", flat=True))) == (60, {1})


@pytest.mark.thorough
def test_temporary_failures_for_six_hours_cost_few_attempts():
    batch = make_batch(60)
    batch.messages.update(expires_at=NOW + dt.timedelta(days=5))
    for minutes in range(0, 360, 5):
        now = NOW + minutes * MINUTE
        tick(now=now)
        run(FakeTransport(*[SOON] * 300), now)
    attempts = list(batch.messages.values_list("attempts", flat=True))
    assert max(attempts) <= 3
    assert sum(attempts) <= 20 + 360 // 5


def test_permanent_failures_over_the_limit_pause_until_resumed_by_a_user():
    batch = make_batch(60)
    run(FakeTransport(*[FULL] * batches.MAX_PERMANENT))
    batch.refresh_from_db()
    assert batch.status == Batch.Status.ACTIVE
    more = make_batch(60)
    run(FakeTransport(*[FULL] * (batches.MAX_PERMANENT + 1)))
    more.refresh_from_db()
    assert (more.status, more.pause_reason) == (Batch.Status.PAUSED, Why.PERMANENT)
    assert more.messages.filter(state=State.PENDING).count() == 60 - batches.MAX_PERMANENT - 1
    tick(now=NOW + dt.timedelta(hours=20))
    more.refresh_from_db()
    assert more.status == Batch.Status.PAUSED
    batches.resume(batch=more, now=NOW + MINUTE)
    run(FakeTransport(FULL), NOW + 2 * MINUTE)
    more.refresh_from_db()
    assert more.status == Batch.Status.ACTIVE
    assert not more.messages.filter(state=State.PENDING).exists()


def test_policy_refusal_pauses_at_once_until_resumed_by_a_user():
    batch = make_batch(5)
    run(FakeTransport(POLICY))
    batch.refresh_from_db()
    assert (batch.status, batch.pause_reason) == (Batch.Status.PAUSED, Why.POLICY)
    assert batch.messages.filter(state=State.PENDING).count() == 4
    assert len(alerts()) == 1
    batches.resume(batch=batch, now=NOW)
    run(FakeTransport(None, POLICY), NOW + MINUTE)
    batch.refresh_from_db()
    assert batch.status == Batch.Status.ACTIVE


def test_rendering_errors_pause_the_batch():
    batch = make_batch(60)

    def broken(messages, *, now):
        return lambda message: 1 / 0

    with hooks.register_temporarily(REGISTER_NOTIFICATIONS, lambda: [deferred(broken)], order=1):
        run(FakeTransport())
    batch.refresh_from_db()
    assert batch.pause_reason == Why.PERMANENT
    assert batch.messages.filter(state=State.FAILED).count() == batches.MAX_PERMANENT + 1


def test_claimed_rows_of_a_paused_batch_are_released_at_the_fence():
    batch = make_batch(5)

    class Pausing(FakeTransport):
        def send(self, **mail):
            batches.pause(batch=batch, now=NOW)
            return super().send(**mail)

    transport = Pausing()
    run(transport)
    assert len(transport.taken) == 1
    assert batch.messages.filter(state=State.PENDING, claim=None, attempts=0).count() == 4


def test_cancelled_batch_sends_nothing_even_if_planned_later():
    batch = make_batch(3)
    assert batches.cancel_batch(batch=batch, reason="x") == 3
    assert batches.cancel_batch(batch=batch, reason="x") == 0
    assert not batches.resume(batch=batch, now=NOW)
    make_batch(2, batch=batch, first=3)
    tick(now=NOW)
    assert set(batch.messages.values_list("state", flat=True)) == {State.CANCELLED}


def test_late_batches_are_cancelled_after_a_long_outage(caplog):
    tick(now=NOW)
    late, in_time = make_batch(2), make_batch(2, kind="others")
    in_time.messages.update(expires_at=NOW + dt.timedelta(days=5))
    tick(now=NOW + dt.timedelta(days=3))
    late.refresh_from_db(), in_time.refresh_from_db()
    assert (late.status, late.status_reason) == (Batch.Status.CANCELLED, "late")
    assert ModelLogEntry.objects.get(action="mailing.cancel").comment == "Trop tard"
    assert in_time.status == Batch.Status.ACTIVE
    assert "no tick for 72 hours" in caplog.text


def test_expired_mail_is_not_sent_even_before_the_first_tick():
    message = make_message()
    transport = FakeTransport()
    assert run(transport, message.expires_at).states == {}
    assert transport.taken == []
