"""Celery tasks. Each calls one service and is idempotent."""

from celery import shared_task

from cms.citations.checker import look_at_due

LOOKING_SECONDS = 15.0


@shared_task(name="cms.tasks.look_at_citations")
def look_at_citations() -> None:
    """Checks cited addresses; started by the tick if any is due. A separate task, so that mails are not delayed."""
    look_at_due(max_seconds=LOOKING_SECONDS)
