"""Real beat and worker, while the clock of their machine jumps and a worker dies."""

import datetime as dt
import sys

import pytest
from django.utils import timezone

from mailing.models import Heartbeat
from mailing.ticking import SILENCE
from scripts.run import free_port
from tests.digests.stack import site
from tools.chaos.site import wait_for

HOUR = dt.timedelta(hours=1)
MINUTES = 10 * 60
pytestmark = [pytest.mark.stack, pytest.mark.one_database]


def last_ring():
    return Heartbeat.objects.filter(name="tick").values_list("at", flat=True).first()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_ticks_continue_after_clock_jumps_and_readyz_reports_their_state(tmp_path, client, time_machine):
    note = tmp_path / "clock"

    def tick_state():
        return client.get("/readyz").json()["tick"]

    def rings(running, *, after):
        """Returns the last tick if it is later than `after`; fails at once when a process died."""
        assert not running.processes.first_dead(), tmp_path
        return (at := last_ring()) and (not after or at > after) and at

    def ring_after(running, jump):
        """Waits for two ticks after the clock jumped: the second shows that beat continues."""
        note.write_text(str(jump.total_seconds()))
        near = dt.timedelta(minutes=30)
        first = wait_for(
            lambda: (at := rings(running, after=None)) and abs(at - timezone.now() - jump) < near and at,
            seconds=MINUTES,
            what=f"a ring after the clock jumped ({tmp_path})",
        )
        wait_for(lambda: rings(running, after=first), seconds=MINUTES, what=f"the next ring ({tmp_path})")

    with site(smtp_port=free_port(), folder=tmp_path) as running:
        running.end(running.workers.pop())
        env = {**running.env, "TICK_SECONDS": "1"}
        jumping = [sys.executable, "-m", "tests.operations.jumping", str(note)]
        worker = running.processes.start(
            "worker", [*jumping, "worker", "--pool", "solo"], env=env, log=tmp_path / "worker.log"
        )
        running.processes.start("beat", [*jumping, "beat", "--pidfile="], env=env, log=tmp_path / "beat.log")

        ring_after(running, 0 * HOUR)
        assert tick_state() == "regular"
        ring_after(running, HOUR)
        assert tick_state() == "in the future"
        ring_after(running, -HOUR)
        assert tick_state() == "late"
        ring_after(running, 0 * HOUR)
        assert tick_state() == "regular"

        # Ticks without work log nothing; the heartbeat records them. A tick queued while the clock jumped is outdated,
        # and the worker may log that it was dropped.
        lines = "".join((tmp_path / name).read_text() for name in ("worker.log", "beat.log")).partition("ready.")[2]
        lines_of_ticks = [line for line in lines.splitlines() if "mailing.tasks.tick" in line]
        assert [line for line in lines_of_ticks if "Discarding revoked task" not in line] == []

        running.end(worker)
        time_machine.move_to(timezone.now() + SILENCE + dt.timedelta(minutes=1))
        assert tick_state() == "late"
        response = client.get("/readyz")
        assert (response.status_code, response.json()["status"]) == (200, "degraded")
