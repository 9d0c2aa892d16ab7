"""Celery application. The database is the queue; Celery and Redis are the doorbell."""

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
app.conf.beat_scheduler = "config.beat:SteadyScheduler"
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_site(**kwargs: Any) -> None:
    """Keeps Celery from making handlers of its own: one configuration for all processes, whatever `--loglevel` says."""
    logging.config.dictConfig(settings.LOGGING)


@task_prerun.connect
def number_the_lines(task_id: str, **kwargs: Any) -> None:
    """The lines of a task have its number, as those of a request have theirs."""
    request_id.set(task_id)


@task_postrun.connect
def end_the_number(**kwargs: Any) -> None:
    request_id.set("")
