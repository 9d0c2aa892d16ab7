"""Middleware that lets the audit log know the request in which something happens."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from auditlog.services import during
from common.audit import Act, tell


class AuditMiddleware:
    """Gives entries their account and network, and notes an answer that says « too many requests »."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with during(request) as current:
            response = self.get_response(request)
            if response.status_code == 429 and not current.refusals:
                match = request.resolver_match
                tell(Act.LIMIT_REACHED, refused=True, details=match.view_name.lower() if match else "")
        return response
