"""Middleware that measures requests, if metrics are enabled, and that answers 503 while migrations are missing."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from operations.services import schema
from operations.services.broken_pages import away, unlogged

METHODS = {"GET", "HEAD", "POST"}


class FiguresMiddleware:
    """Counts and times requests for /metrics. Disabled unless `METRICS_NETWORKS` is set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.METRICS_NETWORKS:
            raise MiddlewareNotUsed
        from operations import exports

        self.get_response = get_response
        self.requests, self.errors = exports.REQUESTS, exports.ERRORS

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "other"
        self.requests.labels(method, response.status_code).observe(time.perf_counter() - start)
        if response.status_code >= 500:
            self.errors.inc()
        return response


class SchemaMiddleware:
    """Answers 503 to all requests but probes while the schema is older than the code, which would miss its columns."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.probes = {reverse(f"operations:{name}") for name in ("livez", "readyz", "healthz")}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in self.probes or not schema.problem():
            return self.get_response(request)
        return unlogged(away())
