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


def taken(number, now=NOW, **given):
    """Returns how many of `number` requests were within the limit."""
    return sum(allow("code", "odile", **{"limit": 3, "seconds": HOUR, **given}, now=now) for _ in range(number))


def test_a_count_ends_with_its_time_which_begins_with_the_first_request():
    assert taken(5) == 3
    assert taken(1, NOW + dt.timedelta(minutes=59)) == 0
    assert taken(5, NOW + dt.timedelta(minutes=60)) == 3


def test_each_action_and_each_person_is_counted_apart():
    assert taken(5) == 3
    assert allow("code", "louise", limit=3, seconds=HOUR, now=NOW)
    assert allow("letter", "odile", limit=3, seconds=HOUR, now=NOW)


def test_a_limit_of_nothing_lets_nothing_through():
    assert taken(1, limit=0) == 0


def test_what_is_refused_writes_nothing():
    taken(3)
    before = list(Count.objects.values())
    with CaptureQueriesContext(connection) as queries:
        assert taken(1) == 0
    assert [query["sql"].split()[0] for query in queries] == ["UPDATE", "SELECT"], "an UPDATE that finds no row"
    assert list(Count.objects.values()) == before


def test_what_is_counted_again_costs_one_query(django_assert_num_queries):
    taken(1)
    with django_assert_num_queries(1):
        assert taken(1) == 1


def test_nobody_is_named():
    taken(1)
    assert "odile" not in str(list(Count.objects.values()))


@pytest.mark.thorough
def test_three_thousand_others_wipe_no_limit():
    """A cache of 300 entries evicts older ones."""
    assert taken(5) == 3
    for number in range(3_000):
        allow("letter", f"a{number}@courriel.example", limit=5, seconds=HOUR, now=NOW)
    assert taken(5) == 0


def test_the_cache_that_counts_sign_ins_evicts_nothing_but_what_is_over():
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
def test_posts_to_the_subscription_form_leave_the_limits_of_codes(client):
    """Attack: a network subscribes 400 addresses, then requests codes for a victim again."""

    def ask():
        client.cookies.clear()
        return client.post("/compte/connexion/code/", {"email": "odile@courriel.example"}).status_code

    with time_machine.travel(NOW, tick=False):
        assert [ask() for _ in range(7)] == [302] * 6 + [200]
        for number in range(400):
            client.post("/lettre/inscription/", {"email": f"a{number}@courriel.example", "frequency": "weekly"})
        assert ask() == 200


def test_the_tick_deletes_what_is_over():
    taken(1)
    allow("code", "louise", limit=3, seconds=2 * HOUR, now=NOW)
    assert "1 erased of common.counts" in str(tick(now=NOW + dt.timedelta(hours=1)))
    assert Count.objects.count() == 1
    assert forget_counts(now=NOW + dt.timedelta(hours=2)) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_sixteen_at_the_same_moment_three_are_within_a_limit_of_three():
    for number in range(5):
        who = f"odile{number}"
        results = run_together([lambda who=who: allow("code", who, limit=3, seconds=HOUR, now=NOW)] * 16)
        assert sorted(results) == [False] * 13 + [True] * 3


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_sixteen_that_begin_again_at_the_same_moment_three_are_within_the_limit():
    taken(3)
    later = NOW + dt.timedelta(hours=1)
    results = run_together([lambda: taken(1, later)] * 16)
    assert sum(results) == 3
