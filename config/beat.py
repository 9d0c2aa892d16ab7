"""Celery application of beat, and its scheduler: without a schedule file, robust against a clock that is set back.

It sends a message every 30 seconds and needs no Django, which would take five times its memory. So it must not import
the settings; both read `config.settings.queue` and `config.settings.logs`.
"""

import logging.config
from typing import Any

from celery import Celery
from celery.beat import ScheduleEntry, Scheduler
from celery.signals import setup_logging

from config.settings.logs import LOGGING

# Without fixups: that of Celery loads Django if DJANGO_SETTINGS_MODULE is set.
app = Celery("comite", fixups=[], set_as_current=False)
app.config_from_object("config.settings.queue", namespace="CELERY")


@setup_logging.connect
def configure_logging(**kwargs: Any) -> None:
    """Keeps Celery from installing its own log handlers."""
    logging.config.dictConfig(LOGGING)


class SteadyEntry(ScheduleEntry):
    """Schedule entry that treats a `last_run_at` in the future (clock set back) as one interval ago."""

    last_run_at: Any

    def is_due(self) -> Any:
        if self.last_run_at > self.default_now():
            self.last_run_at = self.default_now() - self.schedule.run_every
        return super().is_due()


class SteadyScheduler(Scheduler):
    """In-memory scheduler that resumes at once after the clock was set back.

    Celery's own scheduler stores absolute times for the last and the next run: with the clock set back by one hour it
    stays idle for an hour, and its file passes this on to a new process. After a start, the first run is due after one
    interval.
    """

    Entry = SteadyEntry
    # Heap of the next runs as (time, priority, entry); None: rebuilt at the next tick.
    _heap: Any = None

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if self._heap:
            moment, _priority, entry = self._heap[0]
            if moment - self._when(entry, 0) > entry.schedule.seconds:
                self._heap = None
        return super().tick(*args, **kwargs)
