"""Celery application. The database is the queue; Celery and Redis are the doorbell."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("comite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_scheduler = "config.beat:SteadyScheduler"
app.autodiscover_tasks()
