"""Cited URLs: which are checked, at which rate, and when a source is reported as gone."""

import datetime as dt
import os
import tracemalloc

import pytest
import time_machine

from cms.citations.checker import is_due, look_at_due
from cms.models import CitedAddress
from common import fetching, locks
from common.rate_limit import OUTGOING
from tests.outside import answer, drip, silence

pytestmark = pytest.mark.django_db

LONG = bool(os.environ.get("LONG"))
NOW = dt.datetime(2026, 5, 3, 10, tzinfo=dt.UTC)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
State = CitedAddress.State


class Clock:
    """Clock that advances only when the code sleeps or the test advances it."""

    def __init__(self):
        self.now, self.waited = NOW, 0

    def __call__(self):
        return self.now

    def pause(self, seconds):
        self.waited += seconds
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False):
        yield Clock()


def due_address(url, now=NOW, **fields):
    return CitedAddress.objects.create(url=url, next_look_at=now, cited_by=[{"title": "T", "edit_url": "/"}], **fields)


def check_due(clock, max_seconds=600):
    """Checks the due URLs as the worker does, without collecting new ones."""
    locks.acquire("cited addresses", now=clock(), hold=DAY)
    return look_at_due(max_seconds=max_seconds, clock=clock, pause=clock.pause)


def on_days(clock, address, days):
    """Checks `address` on each of `days` consecutive days."""
    for _day in range(days):
        check_due(clock)
        clock.now += DAY
    address.refresh_from_db()
    return address


# Response of a server → report on the URL after one check, and after three on three days.
BEHAVIOURS = {
    "200": (answer(200, b"here"), State.ANSWERS, State.ANSWERS),
    "204": (answer(204), State.ANSWERS, State.ANSWERS),
    "an endless page": (drip(b"HTTP/1.1 200 OK\r\n\r\n", b"a"), State.ANSWERS, State.ANSWERS),
    "moved for good": (answer(301, Location="http://neuf.example/"), State.MOVED, State.MOVED),
    "moved for now": (answer(302, Location="http://neuf.example/"), State.ANSWERS, State.ANSWERS),
    "404": (answer(404), State.NOT_YET, State.GONE),
    "410": (answer(410), State.NOT_YET, State.GONE),
    "moved to nothing": (answer(301, Location="http://neuf.example/404"), State.NOT_YET, State.GONE),
    "401": (answer(401), State.CLOSED, State.CLOSED),
    "403": (answer(403), State.CLOSED, State.CLOSED),
    "405": (answer(405), State.CLOSED, State.CLOSED),
    "429": (answer(429, Retry_After="60"), State.CLOSED, State.CLOSED),
    "500": (answer(500), State.CLOSED, State.CLOSED),
    "503": (answer(503), State.CLOSED, State.CLOSED),
    "silence": (silence, State.CLOSED, State.CLOSED),
    "drip of headers": (drip(b"HTTP/1.1 200 OK\r\n", b"X: a\r\n"), State.CLOSED, State.CLOSED),
    "hung up": (b"", State.CLOSED, State.CLOSED),
    "a loop": (answer(302, Location="/"), State.CLOSED, State.CLOSED),
    "behind walls": (answer(301, Location="http://10.0.0.1/"), State.CLOSED, State.CLOSED),
}


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_state_of_a_url_after_one_and_three_days(outside, clock, monkeypatch, behaviour):
    says, after_one, after_three = BEHAVIOURS[behaviour]
    if behaviour in ("silence", "drip of headers"):
        monkeypatch.setattr(fetching, "PUBLIC_SECONDS", 0.1)
    outside.says |= {"ville.example/": says, "neuf.example/": answer(200)}
    address = due_address("http://ville.example/")
    assert on_days(clock, address, 1).state == after_one
    assert on_days(clock, address, 2).state == after_three
    assert address.first_failed_on == (dt.date(2026, 5, 3) if after_three == State.GONE else None)
    assert address.moved_to == ("http://neuf.example/" if after_one == State.MOVED else "")


def test_unknown_host_is_gone_only_if_another_host_responds(outside, clock):
    """If no other server responds, our network may be down: the last one that responded is tried again."""
    address = due_address("http://nulle-part.invalid/")
    assert (on_days(clock, address, 5).state, address.failed_days) == (State.NOT_YET, 0)
    outside.says["ville.example/"] = answer(200)
    due_address("http://ville.example/", now=clock() - HOUR)
    assert on_days(clock, address, 4).state == State.GONE
    assert 2 <= len(outside.asked) <= 3


def test_failures_are_counted_once_a_day_and_reset_on_success(outside, clock):
    address = due_address("http://ville.example/")
    for _hour in range(6):
        CitedAddress.objects.update(next_look_at=clock())
        check_due(clock)
        clock.now += HOUR
    address.refresh_from_db()
    assert (address.state, address.failed_days) == (State.NOT_YET, 1)
    clock.now += DAY
    assert on_days(clock, address, 1).failed_days == 2
    outside.says["ville.example/"] = answer(200)
    assert (on_days(clock, address, 1).state, address.failed_days, address.first_failed_on) == (State.ANSWERS, 0, None)


def test_states_do_not_change_on_a_day_without_any_response(outside, clock):
    for number in range(8):
        due_address(f"http://v{number}.example/", state=State.ANSWERS, heard_at=NOW - DAY)
    outside.names |= {f"v{number}.example": [] for number in range(8)}
    check_due(clock)
    assert set(CitedAddress.objects.values_list("state", "failed_days")) == {(State.ANSWERS, 1)}
    outside.names.clear()
    outside.says |= {f"v{number}.example/": answer(200) for number in range(8)}
    clock.now += DAY
    check_due(clock)
    assert set(CitedAddress.objects.values_list("state", "failed_days")) == {(State.ANSWERS, 0)}


def test_url_that_responds_again_is_no_longer_gone(outside, clock):
    address = due_address("http://ville.example/")
    assert on_days(clock, address, 3).state == State.GONE
    outside.says["ville.example/"] = answer(200)
    clock.now += 8 * DAY
    assert on_days(clock, address, 1).state == State.ANSWERS


def test_urls_are_checked_weekly_at_different_hours(outside, clock):
    for number in range(30):
        outside.says[f"v{number}.example/"] = answer(200)
        due_address(f"http://v{number}.example/")
    check_due(clock)
    nexts = set(CitedAddress.objects.values_list("next_look_at", flat=True))
    assert all(7 * DAY <= at - NOW <= 8 * DAY + HOUR for at in nexts)
    assert len({at.hour for at in nexts}) > 10
    clock.now += 6 * DAY
    assert check_due(clock) == ""


def test_many_urls_are_checked_one_at_a_time_per_host(outside, clock):
    """With LONG=1, as many as on a large site; their memory is printed and limited."""
    many = 1_000 if LONG else 120
    for number in range(many):
        host = f"v{number % 40}.example"
        outside.says[f"{host}/{number}"] = answer(200)
        due_address(f"http://{host}/{number}")
    looked = 0
    tracemalloc.start()
    while CitedAddress.objects.due(clock()).exists():
        looked += int(check_due(clock, max_seconds=15).split()[0])
        clock.now += dt.timedelta(seconds=30)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (looked, set(CitedAddress.objects.values_list("state", flat=True))) == (many, {State.ANSWERS})
    assert len(outside.asked) == many
    assert set(outside.at_once.values()) == {1}
    assert peak < 80_000_000
    if LONG:
        print(f"{many} addresses: peak {peak / 1e6:.1f} MB, waited {clock.waited} s")  # noqa: T201 - a measurement


def test_no_request_is_sent_while_the_lock_is_held(outside, clock):
    due_address("http://ville.example/")
    locks.acquire(OUTGOING, now=clock(), hold=HOUR)
    assert (check_due(clock), outside.asked) == ("", [])
    clock.now += HOUR
    assert check_due(clock) == "1 addresses looked at"


def test_urls_of_a_locked_host_are_checked_later(outside, clock):
    address = due_address("http://ville.example/")
    locks.acquire("host ville.example", now=clock(), hold=HOUR)
    assert (check_due(clock), outside.asked) == ("", [])
    address.refresh_from_db()
    assert (address.state, address.next_look_at) == (State.NOT_YET, NOW + HOUR)


def test_check_stops_after_its_maximum_duration(outside, clock):
    for number in range(4):
        due_address(f"http://ville.example/{number}")
    assert check_due(clock, max_seconds=2) == "3 addresses looked at"
    assert is_due(clock())


def test_alarm_interrupts_a_check(outside, clock, monkeypatch):
    monkeypatch.setattr(fetching, "PUBLIC_SECONDS", 60)
    monkeypatch.setattr("cms.citations.checker.ALARM_SECONDS", 0.1)
    outside.says["ville.example/"] = silence
    address = due_address("http://ville.example/")
    assert on_days(clock, address, 1).state == State.CLOSED
