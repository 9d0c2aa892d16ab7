"""Probes, for what starts, watches and balances the processes: nobody reads them, nothing in them is about anybody."""

import logging
import sys

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.networks import parse_address
from mailing.ticking import Rhythm, rhythm
from operations.queries import missing_migrations
from operations.services.broken_pages import context_of, known_configuration
from operations.services.restore import is_unfinished
from operations.services.shared_media import Seen, seen

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

    Also says whether the tick comes, and whether it sees the files of the site. A worker that is dead makes mails late,
    not pages wrong, and pages without pictures can be read, so that neither is a 503.
    """
    try:
        if why := _wrong_with_schema():
            return _not_ready(why)
        tick, files = rhythm(now=timezone.now()), seen()
    except DatabaseError as error:
        connection.close()
        # One line: the whole story would be told again at each probe.
        logger.warning("not ready: %s", str(error).partition("\n")[0])
        return _not_ready("the database does not answer")
    is_well = tick == Rhythm.REGULAR and files == Seen.SHARED
    return JsonResponse({"status": "ok" if is_well else "degraded", "tick": tick, "files": files})


def _not_ready(why: str) -> JsonResponse:
    told = {"status": "unavailable", "why": why}
    response = JsonResponse(told, status=503, headers={"Retry-After": str(RETRY_AFTER)})
    # Django would log it as a fault of ours, once more.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a fault (500), or of a database that is away (503). Says that somebody was told only where it is so.

    Nothing of it may fail: the database is asked for the phone only if it is not what failed. A mail about an error
    goes through the database too: where that is down, nobody is told yet.
    """
    error = sys.exc_info()[1]
    of_database = isinstance(error, DatabaseError | InterfaceError)
    context = context_of(known_configuration(ask_database=not of_database))
    if is_away(error):
        headers = {"Retry-After": str(RETRY_AFTER)}
        return HttpResponse(render_to_string("away.html", context), status=503, headers=headers)
    told = bool(settings.SENTRY_DSN) or (bool(settings.OPERATOR_EMAIL) and not of_database)
    return HttpResponseServerError(render_to_string("500.html", {**context, "told": told}))


def is_away(error: BaseException | None) -> bool:
    """Says whether `error` came because the database does not answer, and not because of what it was asked.

    What it was asked leaves a connection that works; where none could be made, or it was cut, there is none.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return connection.connection is None or not connection.is_usable()


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, to who asks from inside; to everybody else, no such page."""
    if not is_of_the_inside(request):
        raise Http404
    from operations.exports import figures_as_text

    return HttpResponse(figures_as_text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def is_of_the_inside(request: HttpRequest) -> bool:
    """Says whether a machine of `METRICS_NETWORKS` asks, and for itself: what came through a proxy says for whom."""
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
    _schema_is_ours = not missing_migrations()
    return "" if _schema_is_ours else "migrations are missing"
