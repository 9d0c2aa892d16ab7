"""Retention jobs: they delete expired data daily and completely, and report failures."""

import datetime as dt

import pytest
from django.core.cache import caches
from wagtail import hooks

from common.hooks import PERSONAL_DATA_HOOK, personal_data
from common.models import Count, RetentionRun
from common.personal_data import DAY, HOUR, MINUTE, YEAR, Basis, PersonalData, in_words
from common.retention import erase_due
from mailing.ticking import tick

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 25, 23, 30, tzinfo=dt.UTC)


def rule(name="test.rule", *, erase=None, **fields):
    defaults = {
        "order": 1,
        "data": "Things",
        "since": "the day",
        "basis": Basis.MISSION,
        "purpose": "It is so.",
        "period": DAY,
    }
    return PersonalData(**{**defaults, **fields}, name=name, erase=erase)


class Heap:
    """Objects that a job deletes two at a time."""

    def __init__(self, size):
        self.size, self.runs = size, 0

    def erase(self, *, now):
        self.runs += 1
        erased = min(2, self.size)
        self.size -= erased
        return erased


class TestRuns:
    def test_job_runs_at_each_tick_until_done_and_then_once_a_day(self):
        heap = Heap(5)
        rules = [rule(erase=heap.erase)]
        erased = [erase_due(rules, now=NOW + number * MINUTE) for number in range(6)]
        assert erased == [{"test.rule": 2}, {"test.rule": 2}, {"test.rule": 1}, {}, {}, {}]
        assert heap.runs == 4
        run = RetentionRun.objects.get()
        assert (run.erased, run.erased_at, run.ran_at) == (5, NOW + 2 * MINUTE, NOW + 3 * MINUTE)
        erase_due(rules, now=NOW + DAY + 3 * MINUTE - dt.timedelta(seconds=1))
        assert heap.runs == 4
        heap.size = 1
        assert erase_due(rules, now=NOW + DAY + 3 * MINUTE) == {"test.rule": 1}
        assert RetentionRun.objects.get().erased == 1

    def test_failing_job_is_recorded_and_retried_and_does_not_stop_others(self, caplog):
        def fail(*, now):
            raise RuntimeError

        heap = Heap(1)
        rules = [rule("test.fails", erase=fail), rule(erase=heap.erase)]
        assert erase_due(rules, now=NOW) == {"test.rule": 1}
        assert "test.fails failed" in caplog.text
        assert RetentionRun.objects.get(name="test.fails").failed_at == NOW
        mended = [rule("test.fails", erase=heap.erase)]
        erase_due(mended, now=NOW + MINUTE)
        assert RetentionRun.objects.get(name="test.fails").failed_at is None

    def test_each_run_is_recorded_with_one_statement(self, django_assert_num_queries):
        """One statement each: no moment in between at which another tick can create the row."""
        first, second = RetentionRun(name="test.rule"), RetentionRun(name="test.rule")
        with django_assert_num_queries(3):
            first.note(2, NOW)
            second.note(0, NOW + MINUTE)
            second.note_failure(NOW + MINUTE)
        run = RetentionRun.objects.get()
        assert (run.ran_at, run.failed_at) == (NOW + MINUTE, NOW + MINUTE)

    def test_run_in_the_future_does_not_delay_the_job(self):
        heap = Heap(0)
        rules = [rule(erase=heap.erase)]
        erase_due(rules, now=NOW + YEAR)
        erase_due(rules, now=NOW)
        assert heap.runs == 2

    def test_tick_runs_only_lines_with_a_job(self):
        heap = Heap(1)
        lines = [rule(erase=heap.erase), rule("test.shown")]
        with hooks.register_temporarily(PERSONAL_DATA_HOOK, lambda: lines):
            assert "1 erased of test.rule" in str(tick(now=NOW))
        assert not RetentionRun.objects.filter(name="test.shown").exists()

    def test_tick_with_nothing_due_costs_one_query(self, django_assert_num_queries):
        tick(now=NOW)
        with django_assert_num_queries(1):
            assert erase_due(personal_data(), now=NOW + MINUTE) == {}


class TestTable:
    def test_names_and_orders_are_unique(self):
        names, orders = zip(*((one.name, one.order) for one in personal_data()), strict=True)
        assert len(set(names)) == len(set(orders)) == len(names)

    def test_each_line_with_a_period_has_a_job_except_the_server_log(self):
        without = {one.name for one in personal_data() if one.period and not one.erase}
        assert without == {"common.server_log"}

    def test_bounds_and_counts_of_each_line_can_be_computed(self):
        for line in personal_data():
            assert line.count() in (None, 0) or line.rows
            line.bounds()

    def test_bounds(self):
        Count.objects.create(key="a", ends_at=NOW)
        Count.objects.create(key="b", ends_at=NOW + HOUR)
        assert rule(rows=Count.objects.all, end="ends_at").bounds() == (None, NOW)
        assert rule(rows=Count.objects.all, moment="ends_at").bounds() == (NOW, NOW + DAY)
        assert rule().bounds() == (None, None)
        assert rule(rows=Count.objects.none, moment="ends_at").bounds() == (None, None)

    @pytest.mark.parametrize(
        ("kept", "words"),
        [
            (2 * YEAR, "2 ans"),
            (30 * DAY, "30 jours"),
            (DAY, "24 heures"),
            (HOUR, "1 heure"),
            (10 * MINUTE, "10 minutes"),
        ],
    )
    def test_durations_in_words(self, kept, words):
        assert in_words(kept) == words


def test_tick_deletes_expired_cache_entries(time_machine):
    time_machine.move_to(NOW, tick=False)
    caches["default"].set("past", 1, 60)
    caches["default"].set("present", 1, 7_200)
    time_machine.move_to(NOW + HOUR, tick=False)
    assert "1 erased of common.cache" in str(tick(now=NOW + HOUR))
    assert caches["default"].get("present") == 1
