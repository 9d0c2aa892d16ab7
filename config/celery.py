"""Celery application. The queue is in the database; Celery and Redis only wake the worker."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun
from django.conf import settings

from common.logs import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("comite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def configure_logging(**kwargs: Any) -> None:
    """Keeps Celery from installing its own log handlers: all processes share one configuration."""
    logging.config.dictConfig(settings.LOGGING)


@task_prerun.connect
def set_request_id(task_id: str, **kwargs: Any) -> None:
    """Sets the task id as the request id of the log records, as the middleware does for requests."""
    request_id.set(task_id)


@task_postrun.connect
def reset_request_id(**kwargs: Any) -> None:
    request_id.set("")
