"""Probes, for what starts, watches and balances the processes: nobody reads them, nothing in them is about anybody."""

import logging

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mailing.ticking import Rhythm, rhythm
from operations.services.restore import is_unfinished

logger = logging.getLogger(__name__)

RETRY_AFTER = 10
# Once the schema is that of this code, it stays so as long as the process lives.
_schema_is_ours = False


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers. It asks nobody: a process that waits for its database need not be started again."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The process may be given readers: it reaches its database, whose migrations have run; 503 if not.

    Also says whether the tick comes. A worker that is dead makes mails late, not pages wrong, so that is no 503.
    """
    try:
        if why := _wrong_with_schema():
            return _not_ready(why)
        tick = rhythm(now=timezone.now())
    except DatabaseError as error:
        connection.close()
        # One line: the whole story would be told again at each probe.
        logger.warning("not ready: %s", str(error).partition("\n")[0])
        return _not_ready("the database does not answer")
    return JsonResponse({"status": "ok" if tick == Rhythm.REGULAR else "degraded", "tick": tick})


def _not_ready(why: str) -> JsonResponse:
    told = {"status": "unavailable", "why": why}
    response = JsonResponse(told, status=503, headers={"Retry-After": str(RETRY_AFTER)})
    # Django would log it as a fault of ours, once more.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _wrong_with_schema() -> str:
    global _schema_is_ours
    if _schema_is_ours:
        return ""
    if is_unfinished():
        return "a restore did not end"
    executor = MigrationExecutor(connection)
    _schema_is_ours = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "" if _schema_is_ours else "migrations are missing"
