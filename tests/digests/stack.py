"""A real broker and a real worker on the test database, for tests marked `stack`."""

import contextlib
import os
from pathlib import Path

from celery import Celery
from django.conf import settings
from django.db import connection

from tools.chaos.site import Site


def database_url():
    """Returns `DATABASE_URL` of the test database, for the worker."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    login = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
    host = database["HOST"] or "127.0.0.1"
    if host.startswith("/"):
        return f"postgresql://{login}@/{host}/{database['NAME']}"
    return f"postgresql://{login}@{host}:{database['PORT'] or 5432}/{database['NAME']}"


@contextlib.contextmanager
def site(*, smtp_port: int, folder: Path):
    """Runs a broker and a Celery worker of two processes; yields the `Site` that holds them. Logs go to `folder`."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "REDIS_URL"},
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": database_url(),
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(smtp_port),
        "SECRET_KEY": settings.SECRET_KEY,
        "BASE_URL": settings.BASE_URL,
        "VAR_DIR": str(folder),
    }
    running = Site(environment, folder)
    try:
        running.start_broker()
        running.start_worker()
        yield running
    finally:
        running.stop()


def doorbell(broker_url: str):
    """Returns a function that sends a task by name, as beat does."""
    app = Celery("test", broker=broker_url)
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    return lambda name: app.send_task(name, ignore_result=True)
