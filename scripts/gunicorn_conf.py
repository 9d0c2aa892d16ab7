"""Gunicorn settings for `make run`: loads the site at once (`--preload`), serves it when the database is ready."""

import sys
from typing import Any

from config.gunicorn import post_fork, pre_fork  # noqa: F401 - settings too


def on_starting(server: Any) -> None:
    """Waits until standard input is closed (`scripts.run.start_web`), before gunicorn listens."""
    sys.stdin.read()
