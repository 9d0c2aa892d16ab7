"""Settings of gunicorn for `make run`: loads the site at once (`--preload`), serves it when the database is ready."""

import sys
from typing import Any

from config.gunicorn import post_fork, pre_fork  # noqa: F401 - settings too


def on_starting(server: Any) -> None:
    """Waits, before gunicorn listens, until its standard input is closed (`scripts.run.start_web`)."""
    sys.stdin.read()
