"""Celery tasks of the watch."""

from celery import shared_task

from mailing.doorbell import ring
from veille.services.reading import read_due
from veille.services.sources import READ_TASK

# Below the soft time limit of a task, including the last feed.
READ_SECONDS = 40


@shared_task(name=READ_TASK)
def read() -> None:
    """Reads due sources for at most 40 seconds, then schedules itself again if any are left."""
    if read_due(max_seconds=READ_SECONDS).more:
        ring(READ_TASK)
