"""When errors go from the process into the database: once the request, the task or the process is over."""

import atexit
from typing import Any

from celery.signals import task_postrun
from django.core.signals import request_finished

from operations.services.faults import store


def store_faults(**kwargs: Any) -> None:
    store()


def connect() -> None:
    """Django closes what is broken of its connections at the end of a request before this is called."""
    request_finished.connect(store_faults, dispatch_uid="operations.faults")
    task_postrun.connect(store_faults, dispatch_uid="operations.faults")
    atexit.register(store)
