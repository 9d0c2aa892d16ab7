"""Doorbell: tells a worker that something is due. Nothing is lost when it cannot be rung: the next tick rings."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

DRAIN_TASK = "mailing.tasks.drain"
# A web request waits for the broker no longer than this.
TIMEOUT = 0.25
# A doorbell that nobody heard for so long is stale: the tick has rung since.
STALE_AFTER = 25


def ring(task: str = DRAIN_TASK) -> bool:
    """Asks a worker to run `task`, which drains the outbox. Returns whether the broker took it; else that is logged."""
    options = {
        **current_app.conf.broker_transport_options,
        "socket_connect_timeout": TIMEOUT,
        "socket_timeout": TIMEOUT,
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0,
    }
    try:
        with current_app.connection_for_write(connect_timeout=TIMEOUT, transport_options=options) as connection:
            current_app.send_task(task, connection=connection, retry=False, expires=STALE_AFTER)
    except (OperationalError, OSError) as error:
        logger.warning("doorbell not rung (%s): the next tick does what is due", type(error).__name__)
        return False
    return True


def ring_on_commit(task: str = DRAIN_TASK) -> None:
    """Rings once the current transaction has committed, or at once outside of one."""
    transaction.on_commit(partial(ring, task), robust=True)
