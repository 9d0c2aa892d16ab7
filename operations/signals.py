"""Storage of errors at the end of each request, task and process; start of a worker."""

import atexit
from typing import Any

from celery.signals import task_postrun, worker_init
from django.core.signals import request_finished

from operations.services.faults import store
from operations.services.schema import wait_until_current


def store_faults(**kwargs: Any) -> None:
    store()


def hold_worker(**kwargs: Any) -> None:
    """Holds a starting worker until the migrations have run, so that no task meets an older schema."""
    wait_until_current()


def connect() -> None:
    """Connects the receivers. Django closes broken connections at the end of a request before they run."""
    request_finished.connect(store_faults, dispatch_uid="operations.faults")
    task_postrun.connect(store_faults, dispatch_uid="operations.faults")
    worker_init.connect(hold_worker, dispatch_uid="operations.schema")
    atexit.register(store)
