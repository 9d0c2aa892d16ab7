"""Storage of errors in the database at the end of each request, task and process."""

import atexit
from typing import Any

from celery.signals import task_postrun
from django.core.signals import request_finished

from operations.services.faults import store


def store_faults(**kwargs: Any) -> None:
    store()


def connect() -> None:
    """Connects the receivers. Django closes broken connections at the end of a request before they run."""
    request_finished.connect(store_faults, dispatch_uid="operations.faults")
    task_postrun.connect(store_faults, dispatch_uid="operations.faults")
    atexit.register(store)
