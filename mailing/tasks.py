"""Celery tasks. A task calls one service and is idempotent; a lost one is repeated by the next tick."""

from celery import shared_task
from django.utils import timezone

from mailing.doorbell import ring
from mailing.drain import drain as drain_outbox
from mailing.hooks import slow_jobs
from mailing.ticking import tick as run_tick

DRAIN_SECONDS = 5.0


@shared_task(name="mailing.tasks.tick")
def tick() -> None:
    """Runs the tick, started by beat every 30 seconds. Slow jobs have their own tasks (`mailing.hooks.SlowJob`)."""
    if run_tick(now=timezone.now()).due:
        ring()
    for job in slow_jobs():
        if job.is_due(timezone.now()):
            ring(job.task)


@shared_task(name="mailing.tasks.drain")
def drain() -> None:
    """Sends for five seconds, then starts itself again while rows are due, so that a deployment is not delayed."""
    if drain_outbox(max_seconds=DRAIN_SECONDS).more:
        ring()
