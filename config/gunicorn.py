"""Settings of gunicorn: `--config python:config.gunicorn`. Each process has a place, which the next one takes over.

The figures of /metrics are files of a place (`operations.exports`): a process that ends after its 5,000 requests
leaves its counts to the one that follows, and no file of its own.
"""

import logging
import os
import time
from typing import Any

# The lines of gunicorn itself are in UTC, as those of the site are.
logging.Formatter.converter = time.gmtime


def pre_fork(server: Any, worker: Any) -> None:
    """Gives a process the lowest place that none of the living has."""
    taken = {getattr(other, "place", None) for other in server.WORKERS.values()}
    worker.place = next(number for number in range(len(taken) + 1) if number not in taken)


def post_fork(server: Any, worker: Any) -> None:
    os.environ["WEB_SLOT"] = str(worker.place)


def on_starting(server: Any) -> None:
    """Makes the folder of the figures, on a file system that is empty at each start; loads the site.

    Before gunicorn listens: a proxy gives no request to a web that refuses it, while one that listens and is still
    loading makes readers wait for seconds. What is loaded here counts nothing: its file is none of a place.
    """
    os.environ["WEB_SLOT"] = "start"
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        os.makedirs(folder, exist_ok=True)
    server.app.wsgi()
