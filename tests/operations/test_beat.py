"""Beat: a process without Django, with the schedule of the worker, also when the clock of the machine jumps."""

import datetime as dt
import json
import os
import subprocess
import sys

import pytest
from celery.beat import Scheduler

from config.beat import SteadyScheduler, app
from config.celery import app as worker
from mailing.tasks import tick
from scripts.run import ROOT

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


# Sets up the application and its log as `celery -A config.beat beat` does, with the variables of a site.
STARTED = """
import json, logging, sys
from config.beat import app

app.loader.init_worker()
app.log.setup("INFO")
loaded = sorted(name for name in sys.modules if name.startswith(("django.", "environ", "config.")))
print(json.dumps(loaded))
logging.getLogger("celery.beat").warning("late")
"""


def test_beat_process_loads_no_settings_and_no_app_of_django(tmp_path):
    broker = tmp_path / "broker"
    broker.write_text("redis://:secret@broker:6379/1\n")
    env = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "REDIS_URL_FILE": str(broker),
        "LOG_FORMAT": "json",
    }
    done = subprocess.run(
        [sys.executable, "-c", STARTED], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    # kombu imports some of Django's helpers itself, to write its lazy texts as JSON.
    assert [name for name in json.loads(done.stdout) if not name.startswith("django.utils")] == [
        "config.beat",
        "config.settings",
        "config.settings.logs",
        "config.settings.queue",
        "config.settings.variables",
    ]
    line = json.loads(done.stderr)
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "celery.beat", "late")


def test_beat_and_worker_have_the_same_configuration():
    """Except for the broker, which the settings of tests replace."""
    names = (
        "beat_schedule",
        "timezone",
        "enable_utc",
        "task_serializer",
        "task_publish_retry",
        "broker_transport_options",
    )
    assert {name: app.conf[name] for name in names} == {name: worker.conf[name] for name in names}
    assert app.conf.beat_scheduler == "config.beat:SteadyScheduler"
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == {tick.name}


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
