"""Celery tasks of the watch."""

from celery import shared_task

from mailing.doorbell import ring
from veille.services.reading import read_due
from veille.services.sources import READ_TASK

# Below the soft time limit of a task, whatever the last feed does.
READ_SECONDS = 40


@shared_task(name=READ_TASK)
def read() -> None:
    """Reads sources that are due for 40 seconds at most, then rings again if there are more."""
    if read_due(max_seconds=READ_SECONDS).more:
        ring(READ_TASK)
