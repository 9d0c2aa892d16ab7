"""Settings of gunicorn: `--config python:config.gunicorn`. Each worker has a slot, which its successor reuses.

The metrics of /metrics are stored in one file per slot (`operations.exports`): a worker that exits after its 5,000
requests leaves its counters to its successor, and no file of its own.
"""

import logging
import os
import time
from typing import Any

# The log lines of gunicorn are in UTC, as those of the site are.
logging.Formatter.converter = time.gmtime


def pre_fork(server: Any, worker: Any) -> None:
    """Assigns to a new worker the lowest slot that no running worker has."""
    taken = {getattr(other, "place", None) for other in server.WORKERS.values()}
    worker.place = next(number for number in range(len(taken) + 1) if number not in taken)


def post_fork(server: Any, worker: Any) -> None:
    os.environ["WEB_SLOT"] = str(worker.place)


def on_starting(server: Any) -> None:
    """Creates the directory of the metrics, on a file system that is empty at each start; loads the site.

    Loads it before gunicorn listens: a proxy does not route to a server that refuses connections, while one that
    listens and is still loading delays readers by seconds. Code loaded here counts no metrics: the master process has
    no slot.
    """
    os.environ["WEB_SLOT"] = "start"
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        os.makedirs(folder, exist_ok=True)
    server.app.wsgi()
