"""Rate limit per host: one request at a time, a second between two, and `Retry-After` respected."""

import datetime as dt
from functools import partial

import pytest

from common import locks
from common.fetching import Answer, FetchFailed, alarm
from common.models import Turn
from common.rate_limit import BETWEEN_TWO, HOLD, HostBusy, fetch_with_rate_limit, one_program, retry_at
from tests.outside import answer
from tests.races import run_together

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


class Clock:
    """Clock that advances only when the code sleeps."""

    def __init__(self):
        self.now, self.waited = NOW, []

    def __call__(self):
        return self.now

    def pause(self, seconds):
        self.waited.append(seconds)
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


def fetch(clock, url="http://ville.example/", **kwargs):
    with alarm(20):
        return fetch_with_rate_limit(url, clock=clock, pause=clock.pause, **kwargs)


def test_requests_to_a_host_are_a_second_apart(outside, clock):
    fetch(clock)
    fetch(clock, "http://autre.example/")
    assert clock.waited == []
    fetch(clock, "http://VILLE.example/flux")
    assert clock.waited == [1]


def test_redirects_are_rate_limited(outside, clock):
    outside.says["ville.example/"] = answer(302, Location="http://ville.example/flux")
    fetch(clock)
    assert clock.waited == [1]
    outside.says["ville.example/flux"] = answer(302, Location="http://autre.example/")
    locks.acquire("host autre.example", now=clock(), hold=HOLD)
    with pytest.raises(HostBusy):
        fetch(clock)


def test_host_locked_by_another_process_is_not_requested(outside, clock):
    locks.acquire("host ville.example", now=NOW, hold=HOLD)
    with pytest.raises(HostBusy) as raised:
        fetch(clock)
    assert (raised.value.free_at, outside.asked, clock.waited) == (NOW + HOLD, [], [])
    clock.now += HOLD
    assert fetch(clock).status == 404


def test_failure_releases_the_lock(outside, clock):
    outside.says["ville.example/"] = b""
    with pytest.raises(FetchFailed):
        fetch(clock)
    assert Turn.objects.get().free_at == NOW + BETWEEN_TWO


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_respected(outside, clock, status):
    outside.says["ville.example/"] = answer(status, Retry_After="600")
    assert fetch(clock).status == status
    with pytest.raises(HostBusy) as raised:
        fetch(clock, "http://ville.example/flux")
    assert raised.value.free_at == NOW + 600 * SECOND
    clock.now += 600 * SECOND
    assert fetch(clock, "http://ville.example/flux").status == 404


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Tue, 24 Nov 2026 12:02:00 GMT", 120),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("99999999999999999999", 86_400),
        ("Tue, 24 Nov 2099 12:02:00 GMT", 86_400),
        ("-5", None),
        ("bientôt", None),
        ("", None),
    ],
)
def test_retry_at(header, seconds):
    response = Answer(429, "", b"")
    response.headers["Retry-After"] = header
    wanted = retry_at(response, now=NOW)
    assert wanted == (None if seconds is None else NOW + seconds * SECOND)


def test_one_program_runs_at_a_time(clock):
    hold = dt.timedelta(minutes=1)
    with one_program(clock=clock, hold=hold) as first, one_program(clock=clock, hold=hold) as second:
        assert (first, second) == (True, False)
    with one_program(clock=clock, hold=hold) as third:
        assert third
        clock.now += hold
        with one_program(clock=clock, hold=hold) as after_a_kill:
            assert after_a_kill
    assert Turn.objects.get().free_at == clock.now


def test_expired_locks_are_deleted(clock):
    locks.acquire("host a.example", now=NOW, hold=HOLD)
    locks.acquire("host b.example", now=NOW - dt.timedelta(days=2), hold=HOLD)
    assert (locks.forget(now=NOW), Turn.objects.get().key) == (1, "host a.example")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("known", [False, True])
def test_only_one_of_ten_concurrent_requests_gets_the_lock(known):
    if known:
        Turn.objects.create(key="host ville.example", free_at=NOW)
    jobs = [partial(locks.acquire, "host ville.example", now=NOW, hold=HOLD + number * SECOND) for number in range(10)]
    got = run_together(jobs)
    assert len([until for until in got if until]) == 1
