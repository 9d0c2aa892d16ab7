"""Probes for supervisors and load balancers, metrics, and error pages. Probes contain no personal data."""

import logging
import sqlite3
import sys

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.networks import parse_address
from mailing.ticking import TickState
from operations.queries import BackupState, MailState, vitals
from operations.services import schema
from operations.services.broken_pages import RETRY_AFTER, away, context_of, known_configuration, unlogged
from operations.services.restore import is_unfinished
from operations.services.shared_media import MediaCheck, seen

logger = logging.getLogger(__name__)

# SQLSTATE of PostgreSQL: a class (disk full, out of memory, too many connections), and one code.
INSUFFICIENT_RESOURCES, READ_ONLY = "53", "25006"
SQLITE_NO_WRITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}
# Values of the states that /readyz reports for a site without a problem.
WELL: set[str] = {TickState.REGULAR, MailState.LEAVING, BackupState.RECENT, MediaCheck.SHARED}

# True once the schema matches the code, and then for the lifetime of the process.
_schema_is_ours = False


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """Liveness: the process responds. Checks nothing else: a process without database need not be restarted."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Readiness: the database is reachable and migrated; 503 otherwise.

    Also reports the state of the tick, mails, backup and media. Pages are readable whatever it is, so it causes no 503.
    """
    try:
        if reason := _wrong_with_schema():
            return _not_ready(reason)
        current, files = vitals(now=timezone.now()), seen()
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        # One line: a traceback would be repeated at each probe.
        logger.warning("not ready: %s", str(error).partition("\n")[0])
        return _not_ready("the database does not answer")
    states = {
        "tick": current.rhythm,
        "mails": current.mail_state,
        "backup": current.backup_state,
        "files": files,
    }
    is_well = set(states.values()) == WELL
    age = current.seconds_since(current.backup)
    return JsonResponse({"status": "ok" if is_well else "degraded", **states, "backup_age_seconds": age})


def _not_ready(reason: str) -> HttpResponse:
    content = {"status": "unavailable", "why": reason}
    return unlogged(JsonResponse(content, status=503, headers={"Retry-After": str(RETRY_AFTER)}))


def server_error(request: HttpRequest) -> HttpResponse:
    """Renders the page of an error (500), or of a database that is unreachable or takes no write (503).

    States that an error was reported only if it was. It must not fail: the database is queried for the telephone only
    if it is not the cause. Reports by mail also need the database: if it is down, nothing has been reported yet.
    """
    error = sys.exc_info()[1]
    of_database = isinstance(error, DatabaseError | InterfaceError)
    if is_away(error):
        return away()
    context = context_of(known_configuration(ask_database=not of_database))
    is_reported = bool(settings.SENTRY_DSN) or (bool(settings.OPERATOR_EMAIL) and not of_database)
    return HttpResponseServerError(render_to_string("500.html", {**context, "is_reported": is_reported}))


def is_away(error: BaseException | None) -> bool:
    """Returns whether `error` means that the database is unreachable or takes no write, and not that a query failed.

    A failed query leaves a usable connection; otherwise there is none, or it was cut.
    """
    if not isinstance(error, DatabaseError | InterfaceError):
        return False
    if takes_no_write(error):
        return True
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return connection.connection is None or not connection.is_usable()


def takes_no_write(error: BaseException) -> bool:
    """Returns whether the database lacks resources, such as room on its disk, or is read-only for now."""
    driver_error = error.__cause__
    sqlstate = getattr(driver_error, "sqlstate", None) or ""
    # The low byte of an extended result code is the primary one.
    sqlite_code = (getattr(driver_error, "sqlite_errorcode", None) or 0) & 0xFF
    return sqlstate.startswith(INSUFFICIENT_RESOURCES) or sqlstate == READ_ONLY or sqlite_code in SQLITE_NO_WRITE


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Returns Prometheus metrics to internal clients; raises `Http404` for others."""
    if not is_of_the_inside(request):
        raise Http404
    from operations.exports import figures_as_text

    return HttpResponse(figures_as_text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def is_of_the_inside(request: HttpRequest) -> bool:
    """Returns whether the request comes directly from `METRICS_NETWORKS`, without proxy headers."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")):
        return False
    try:
        peer = parse_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(peer in network for network in settings.METRICS_NETWORKS)


def _wrong_with_schema() -> str:
    global _schema_is_ours
    if _schema_is_ours:
        return ""
    if is_unfinished():
        return "a restore did not end"
    problem = schema.problem()
    _schema_is_ours = not problem
    return problem
