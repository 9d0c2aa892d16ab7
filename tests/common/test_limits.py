"""Rate limits: a flood resets no counter, a refusal writes nothing, and concurrent requests are all counted."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.limits import HOUR, allow, forget_counts
from common.models import Count
from mailing.ticking import tick
from tests.races import run_together

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def count_allowed(number, now=NOW, **given):
    """Returns how many of `number` requests were within the limit."""
    return sum(allow("code", "odile", **{"limit": 3, "seconds": HOUR, **given}, now=now) for _ in range(number))


def test_counter_expires_an_hour_after_the_first_request():
    assert count_allowed(5) == 3
    assert count_allowed(1, NOW + dt.timedelta(minutes=59)) == 0
    assert count_allowed(5, NOW + dt.timedelta(minutes=60)) == 3


def test_actions_and_users_are_counted_separately():
    assert count_allowed(5) == 3
    assert allow("code", "louise", limit=3, seconds=HOUR, now=NOW)
    assert allow("letter", "odile", limit=3, seconds=HOUR, now=NOW)


def test_limit_of_zero_allows_no_request():
    assert count_allowed(1, limit=0) == 0


def test_refused_request_writes_nothing():
    count_allowed(3)
    before = list(Count.objects.values())
    with CaptureQueriesContext(connection) as queries:
        assert count_allowed(1) == 0
    assert [query["sql"].split()[0] for query in queries] == ["UPDATE", "SELECT"], "an UPDATE that finds no row"
    assert list(Count.objects.values()) == before


def test_later_requests_cost_one_query(django_assert_num_queries):
    count_allowed(1)
    with django_assert_num_queries(1):
        assert count_allowed(1) == 1


def test_users_are_not_stored_in_plain_text():
    count_allowed(1)
    assert Count.objects.exists()
    assert "odile" not in str(list(Count.objects.values()))


@pytest.mark.thorough
def test_counter_is_not_evicted_by_three_thousand_others():
    """A cache of 300 entries evicts older ones."""
    assert count_allowed(5) == 3
    for number in range(3_000):
        allow("letter", f"a{number}@courriel.example", limit=5, seconds=HOUR, now=NOW)
    assert count_allowed(5) == 0


def test_cache_of_sign_in_attempts_evicts_only_expired_entries():
    """`allauth` counts the attempts of passwords and second factors there."""
    with time_machine.travel(NOW, tick=False) as clock:
        cache.set("allauth:rl:a", [1], 7_200)
        for number in range(1_000):
            cache.set(f"zz:{number}", [1], 60)
        assert cache.get("allauth:rl:a") == [1]
        clock.shift(61)
        cache.set("new", [1], 60)
        assert cache.get("allauth:rl:a") == [1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache_table WHERE cache_key LIKE %s", [":1:zz:%"])
        assert cursor.fetchone() == (0,)


@pytest.mark.thorough
def test_subscriptions_do_not_reset_the_limit_of_codes(client):
    """Attack: a network subscribes 400 addresses, then requests codes for a victim again."""

    def ask():
        client.cookies.clear()
        return client.post("/compte/connexion/code/", {"email": "odile@courriel.example"}).status_code

    with time_machine.travel(NOW, tick=False):
        assert [ask() for _ in range(7)] == [302] * 6 + [429]
        for number in range(400):
            client.post("/lettre/inscription/", {"email": f"a{number}@courriel.example", "frequency": "weekly"})
        assert ask() == 429


def test_tick_deletes_expired_counters():
    count_allowed(1)
    allow("code", "louise", limit=3, seconds=2 * HOUR, now=NOW)
    assert "1 erased of common.counts" in str(tick(now=NOW + dt.timedelta(hours=1)))
    assert Count.objects.count() == 1
    assert forget_counts(now=NOW + dt.timedelta(hours=2)) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_three_of_sixteen_concurrent_requests_are_allowed():
    for number in range(5):
        who = f"odile{number}"
        results = run_together([lambda who=who: allow("code", who, limit=3, seconds=HOUR, now=NOW)] * 16)
        assert sorted(results) == [False] * 13 + [True] * 3


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_three_of_sixteen_concurrent_requests_are_allowed_after_expiry():
    count_allowed(3)
    later = NOW + dt.timedelta(hours=1)
    results = run_together([lambda: count_allowed(1, later)] * 16)
    assert sum(results) == 3
