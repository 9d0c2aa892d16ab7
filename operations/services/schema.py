"""Check whether the schema of the database is that of the code, before web and worker use it."""

import logging
from threading import Lock
from time import monotonic, sleep

from django.db import DatabaseError, InterfaceError, connection

from operations.queries import problem_with_schema

logger = logging.getLogger(__name__)

# Seconds between two checks of an older schema.
PAUSE = 1.0
_lock = Lock()
# "" once the schema is current, and then for the lifetime of the process: a restore, for which the site is stopped,
# ends with the migrations of its code. None: not checked yet.
_problem: str | None = None
_next_check_at = 0.0


def problem() -> str:
    """Returns the reason why this code cannot use the database, or "" if it can. Migrations of newer code are none.

    Costs queries until there is no reason, at most once in `PAUSE`. Raises `DatabaseError` and `InterfaceError`.
    """
    global _problem, _next_check_at
    if _problem == "":
        return ""
    with _lock:
        if _problem is None or (_problem and monotonic() >= _next_check_at):
            _problem, _next_check_at = problem_with_schema(), monotonic() + PAUSE
            if _problem:
                logger.warning("the schema is not that of the code: %s", _problem)
        return _problem


def wait_until_current() -> None:
    """Returns once the database answers and its schema is current."""
    while True:
        try:
            if not problem():
                return
        except (DatabaseError, InterfaceError) as error:
            logger.warning("the database does not answer: %s", str(error).partition("\n")[0])
        finally:
            # The processes that a worker forks must not share it.
            connection.close()
        sleep(PAUSE)
