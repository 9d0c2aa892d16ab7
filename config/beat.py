"""Beat without a memory on disk: it rings again after the clock of the machine was put back."""

from typing import Any

from celery.beat import ScheduleEntry, Scheduler


class SteadyScheduler(Scheduler):
    """Keeps the last ring in the process, and never waits for a moment that the clock has unsaid.

    Celery's own compares the last ring with the clock: put back by an hour, it would be silent for an hour, and its
    file would make a new process silent too. After a start it rings once the interval is over.
    """

    def is_due(self, entry: ScheduleEntry) -> Any:
        if entry.last_run_at > entry.default_now():
            entry.last_run_at = entry.default_now() - entry.schedule.run_every
        return super().is_due(entry)
