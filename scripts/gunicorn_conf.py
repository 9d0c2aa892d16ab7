"""Settings of gunicorn for `make run`: the site is loaded at once (`--preload`), and served when the database is ready."""

import sys
from typing import Any


def on_starting(server: Any) -> None:
    """Waits, before gunicorn listens, until its standard input is closed (`scripts.run.start_web`)."""
    sys.stdin.read()
