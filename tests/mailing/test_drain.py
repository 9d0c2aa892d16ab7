"""Draining: the result of each server response, and the number of queries per mail."""

import datetime as dt

import pytest
from wagtail import hooks

from mailing import drain as draining
from mailing.content import MailContent
from mailing.drain import drain
from mailing.hooks import REGISTER_NOTIFICATIONS
from mailing.models import Message, Suppression
from mailing.notifications import DropReason
from mailing.services import Draft, enqueue, suppress, suppressed_among
from mailing.transports import PermanentFailure, TemporaryFailure, Uncertain
from tests.mailing.fakes import MINUTE, NOW, FakeTransport, deferred, make_batch, make_message

State = Message.State
pytestmark = pytest.mark.django_db


def run(transport, now=NOW):
    return drain(max_seconds=5, clock=lambda: now, transport=transport)


def states():
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def renderer():
    """Registers a renderer for the kind "letters"; the test may replace its `write`."""

    class Renderer:
        calls = 0

        def write(self, message):
            return MailContent(subject="Lettre", text="Bonjour.")

        def __call__(self, messages, *, now):
            self.calls += 1
            return self.write

    it = Renderer()
    with hooks.register_temporarily(REGISTER_NOTIFICATIONS, lambda: [deferred(it)]):
        yield it


def test_pending_mails_are_sent_once_over_one_connection():
    for _ in range(45):
        make_message()
    transport = FakeTransport()
    done = run(transport)
    assert (done.states, done.more) == ({"sent": 45}, False)
    assert (len(transport.taken), transport.opened, transport.closed) == (45, 1, 1)
    assert run(transport).states == {}
    assert len(transport.taken) == 45


def test_connection_is_reopened_after_100_mails():
    for _ in range(101):
        make_message()
    transport = FakeTransport()
    run(transport)
    assert (len(transport.taken), transport.opened) == (101, 2)


def test_sending_costs_at_most_three_queries_per_mail(renderer, django_assert_max_num_queries):
    make_batch(40)
    with django_assert_max_num_queries(3 * 40):
        run(FakeTransport())
    assert set(states()) == {State.SENT}


def test_temporary_failure_is_retried_later_and_other_mails_are_sent():
    first, second = make_message(), make_message()
    transport = FakeTransport(TemporaryFailure("smtp 451 4.7.1", code=451))
    run(transport)
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, first.attempts, first.smtp_code) == (State.PENDING, 1, 451)
    assert first.next_attempt_at >= NOW + MINUTE
    assert second.state == State.SENT
    # The connection was closed after the refusal, then reopened.
    assert (transport.opened, transport.closed) == (2, 2)
    assert run(transport, NOW + 2 * MINUTE).states == {"sent": 1}


def test_permanent_failure_of_an_unknown_address_suppresses_it():
    make_message("nobody@courriel.example")
    run(FakeTransport(PermanentFailure("smtp 550 5.1.1", code=550, status="5.1.1")))
    assert states() == [State.FAILED]
    assert suppressed_among(["Nobody@courriel.example", "other@courriel.example"]) == {"Nobody@courriel.example"}
    assert "nobody" not in str(Suppression.objects.values())


def test_permanent_failure_for_another_reason_suppresses_no_address():
    make_message()
    run(FakeTransport(PermanentFailure("smtp 554 5.7.1", code=554, status="5.7.1")))
    assert states() == [State.FAILED]
    assert not Suppression.objects.exists()


def test_missing_response_is_uncertain_then_held():
    message = make_message()
    assert run(FakeTransport(Uncertain("no answer"))).states == {"uncertain": 1}
    message.refresh_from_db()
    assert (message.state, message.uncertain) == (State.PENDING, 1)
    run(FakeTransport(Uncertain("no answer")), NOW + 2 * MINUTE)
    message.refresh_from_db()
    assert (message.state, message.uncertain) == (State.HELD, 2)


def test_unreachable_server_costs_no_attempt():
    message = make_message()
    done = run(FakeTransport(reachable=False))
    message.refresh_from_db()
    assert (message.state, message.attempts, message.claim) == (State.PENDING, 0, None)
    assert message.next_attempt_at == NOW + draining.PAUSE_WITHOUT_CONNECTION
    assert (bool(done.stopped), done.more) == (True, False)


def test_twenty_consecutive_temporary_failures_stop_the_run():
    for _ in range(30):
        make_message()
    transport = FakeTransport(*[TemporaryFailure("smtp 451", code=451) for _ in range(30)])
    done = run(transport)
    assert done.states == {"retried": 20}
    assert done.stopped
    assert Message.objects.filter(state=State.PENDING, attempts=0).count() == 10


def test_line_break_in_a_header_fails_its_row_only():
    make_message(subject="Bonjour\nBcc: all@courriel.example")
    make_message(headers={"X-Test": "a\r\nb"})
    make_message()
    transport = FakeTransport()
    run(transport)
    assert states() == [State.FAILED, State.FAILED, State.SENT]
    assert len(transport.taken) == 1


def test_rendering_error_fails_its_row_only(renderer):
    make_batch(3)
    renderer.write = lambda message: (
        1 / 0 if message.to_email == "p1@courriel.example" else MailContent(subject="Lettre", text="Bonjour.")
    )
    run(FakeTransport())
    assert states() == [State.SENT, State.FAILED, State.SENT]
    assert Message.objects.get(state=State.FAILED).last_error == "not written: ZeroDivisionError"


def test_failing_renderer_postpones_its_rows_only(renderer):
    make_batch(2)
    make_message()
    with hooks.register_temporarily(REGISTER_NOTIFICATIONS, lambda: [deferred(lambda messages, *, now: 1 / 0)]):
        run(FakeTransport())
    assert states() == [State.PENDING, State.PENDING, State.SENT]
    assert run(FakeTransport(), NOW + draining.PUT_OFF).states == {"sent": 2}


def test_kind_without_renderer_fails():
    make_batch(1, kind="unknown")
    run(FakeTransport())
    assert states() == [State.FAILED]


@pytest.mark.parametrize("state", [State.CANCELLED, State.SKIPPED_EMPTY])
def test_renderer_can_drop_a_mail(renderer, state):
    make_batch(1)
    renderer.write = lambda message: DropReason(state, "reason")
    transport = FakeTransport()
    run(transport)
    assert (states(), transport.opened) == ([state], 0)


def test_suppressed_address_gets_personal_mails_only(renderer):
    suppress(email="p0@courriel.example", reason=Suppression.Reason.COMPLAINT, now=NOW)
    make_batch(1)
    make_message("p0@courriel.example")
    transport = FakeTransport()
    run(transport)
    assert states() == [State.CANCELLED, State.SENT]


def test_shared_queries_are_done_once_per_slice(renderer):
    make_batch(2 * draining.SLICE)
    run(FakeTransport())
    assert renderer.calls == 2


def test_drain_out_of_time_releases_the_rest_and_reports_more_work(renderer):
    make_batch(5)
    times = iter(NOW + dt.timedelta(seconds=n) for n in range(100))
    done = drain(max_seconds=12, clock=lambda: next(times), transport=FakeTransport())
    assert done.more
    assert Message.objects.filter(state=State.CLAIMED).count() == 0
    assert 0 < Message.objects.filter(state=State.SENT).count() < 5


def test_enqueueing_the_same_key_twice_creates_one_row():
    make_batch(3)
    before = list(Message.objects.order_by("pk").values())
    key = before[1]["dedupe_key"]
    again = enqueue(drafts=[Draft(kind="letters", to_email="x@courriel.example", dedupe_key=key)], now=NOW + MINUTE)
    assert list(Message.objects.order_by("pk").values()) == before
    assert again == {key: before[1]["id"]}
