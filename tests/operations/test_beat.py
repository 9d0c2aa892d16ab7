"""Beat, when the clock of the machine jumps."""

import datetime as dt

import pytest
from celery.beat import Scheduler

from config.beat import SteadyScheduler
from config.celery import app

NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
pytestmark = pytest.mark.one_database


def beat_of(scheduler_class):
    """Returns a scheduler that counts its calls instead of sending them."""

    class Noting(scheduler_class):
        producer = None
        rings = 0

        def apply_entry(self, entry, producer=None):
            self.rings += 1

    return Noting(app=app)


def test_beat_uses_steady_scheduler():
    assert app.conf.beat_scheduler == "config.beat:SteadyScheduler"


@pytest.mark.parametrize("jump", [-24 * HOUR, -HOUR, -HOUR / 180, HOUR], ids=["day", "hour", "seconds", "forward"])
def test_clock_jump_triggers_an_immediate_ring_then_one_every_30_seconds(time_machine, jump):
    time_machine.move_to(NOW, tick=False)
    beat = beat_of(SteadyScheduler)
    assert beat.tick() <= 30
    assert beat.rings == 0
    time_machine.move_to(NOW + jump, tick=False)
    beat.tick()
    assert beat.rings == 1
    assert beat.tick() <= 30
    assert beat.rings == 1
    time_machine.shift(dt.timedelta(seconds=31))
    beat.tick()
    assert beat.rings == 2


def test_scheduler_of_celery_stops_after_a_clock_jump(time_machine):
    """Control: Celery's own scheduler stops."""
    time_machine.move_to(NOW, tick=False)
    beat = beat_of(Scheduler)
    beat.tick()
    time_machine.move_to(NOW - HOUR, tick=False)
    assert beat.tick() == 300
    time_machine.shift(dt.timedelta(minutes=50))
    assert beat.tick() > 60
    assert beat.rings == 0
