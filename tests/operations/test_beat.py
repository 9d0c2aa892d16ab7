"""Beat, when the clock of the machine jumps."""

import datetime as dt

import pytest
from celery.beat import Scheduler

from config.beat import SteadyScheduler
from config.celery import app

NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
pytestmark = pytest.mark.one_database


def entry_of(scheduler_class):
    scheduler = scheduler_class(app=app, lazy=True)
    scheduler.setup_schedule()
    return scheduler, scheduler.schedule["tick"]


def test_beat_is_the_one_that_bears_a_clock():
    assert app.conf.beat_scheduler == "config.beat:SteadyScheduler"


@pytest.mark.parametrize("jump", [-HOUR, HOUR], ids=["back", "forward"])
def test_it_rings_at_once_when_the_clock_jumped_and_then_every_thirty_seconds(time_machine, jump):
    time_machine.move_to(NOW, tick=False)
    scheduler, entry = entry_of(SteadyScheduler)
    assert not scheduler.is_due(entry).is_due
    time_machine.move_to(NOW + jump, tick=False)
    assert scheduler.is_due(entry).is_due
    rung = next(entry)
    assert not scheduler.is_due(rung).is_due
    time_machine.shift(dt.timedelta(seconds=31))
    assert scheduler.is_due(rung).is_due


def test_celerys_own_would_be_silent(time_machine):
    """A control."""
    time_machine.move_to(NOW, tick=False)
    scheduler, entry = entry_of(Scheduler)
    time_machine.move_to(NOW - HOUR, tick=False)
    assert not scheduler.is_due(entry).is_due
    assert scheduler.is_due(entry).next > 60
