"""Beat without a memory on disk: it rings again after the clock of the machine was put back."""

from typing import Any

from celery.beat import ScheduleEntry, Scheduler


class SteadyEntry(ScheduleEntry):
    """Never waits for a moment that the clock has unsaid: its last ring then counts as one interval ago."""

    last_run_at: Any

    def is_due(self) -> Any:
        if self.last_run_at > self.default_now():
            self.last_run_at = self.default_now() - self.schedule.run_every
        return super().is_due()


class SteadyScheduler(Scheduler):
    """Keeps the last ring in the process, and rings again at once after the clock was put back.

    Celery's own notes moments of the clock, for the last ring and for the next: put back by an hour, it would be
    silent for an hour, and its file would make a new process silent too. After a start it rings once the interval is
    over.
    """

    Entry = SteadyEntry
    # The next moment of each entry, as (moment, priority, entry); None: made anew.
    _heap: Any = None

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if self._heap:
            moment, _priority, entry = self._heap[0]
            if moment - self._when(entry, 0) > entry.schedule.seconds:
                self._heap = None
        return super().tick(*args, **kwargs)
