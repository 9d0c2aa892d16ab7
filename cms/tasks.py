"""Celery tasks. A task calls one service and may run twice."""

from celery import shared_task

from cms.citations.looking import look_at_due

LOOKING_SECONDS = 15.0


@shared_task(name="cms.tasks.look_at_citations")
def look_at_citations() -> None:
    """Rung by the tick while a cited address is due; a task of its own, for which no mail waits."""
    look_at_due(max_seconds=LOOKING_SECONDS)
