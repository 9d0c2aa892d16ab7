"""Doorbell: starts a worker task when work is due. If the broker is down, the next tick starts it."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

DRAIN_TASK = "mailing.tasks.drain"
# Maximum time, in seconds, that a web request waits for the broker.
TIMEOUT = 0.25
# Expiry, in seconds, of a task that no worker took: the next tick starts another one.
STALE_AFTER = 25


def ring(task: str = DRAIN_TASK) -> bool:
    """Sends `task` (by default the drain of the outbox) to a worker. Returns False, and logs, if the broker is down."""
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
    """Rings after the current transaction commits, or at once outside of one."""
    transaction.on_commit(partial(ring, task), robust=True)
