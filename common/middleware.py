"""Middleware for every answer: no URL with a null character, content policy of the admin, what a proxy may keep."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers

CSP_HEADER = "Content-Security-Policy"
GetResponse = Callable[[HttpRequest], HttpResponse]

# A hidden item leaves the reverse proxy within this time (docs/architecture.md).
READING_PAGE_MAX_AGE = 60


class NullCharacterMiddleware:
    """Answers 404 to a URL that holds a null character: PostgreSQL refuses to look for one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        return self.get_response(request)


class AdminContentPolicyMiddleware:
    """Gives the pages under Wagtail's admin the looser content policy that its inline scripts need.

    The public policy (`CONTENT_SECURITY_POLICY`) stays in force everywhere else, the sign-in page included. A preview
    is made by a request of Wagtail's own to the public page, so it arrives here with the public policy: it keeps it,
    except that the editor's frame may show it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.admin_prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(self.admin_prefix):
            policy = settings.ADMIN_CONTENT_SECURITY_POLICY
            if response.headers.pop(CSP_HEADER, None):
                policy = {**settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], "frame-ancestors": ["'self'"]}
            response._csp_config = policy  # type: ignore[attr-defined]
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response


class CachePolicyMiddleware:
    """Lets a proxy keep what an anonymous reader was given for a minute, and nothing else.

    An answer that sets a cookie, that belongs to a signed-in person or that answers anything but GET and HEAD is
    `private, no-store`. A view that set `Cache-Control` itself keeps its choice.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.has_header("Cache-Control"):
            return response
        readable = (
            request.method in ("GET", "HEAD")
            and response.status_code in (200, 304)
            and not response.cookies
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
        )
        if readable:
            patch_cache_control(response, public=True, max_age=READING_PAGE_MAX_AGE)
            patch_vary_headers(response, ["Cookie"])
        else:
            patch_cache_control(response, private=True, no_store=True)
        return response
