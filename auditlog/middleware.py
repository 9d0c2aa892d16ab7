"""Middleware that gives the audit log access to the current request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from auditlog.services import during
from common.audit import Act, record_act


class AuditMiddleware:
    """Adds account and network to entries, and records 429 responses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with during(request) as current:
            response = self.get_response(request)
            if response.status_code == 429 and not current.refusals:
                match = request.resolver_match
                record_act(Act.LIMIT_REACHED, refused=True, details=match.view_name.lower() if match else "")
        return response
