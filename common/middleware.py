"""Middleware for all responses: request ids, browser features, malformed values, admin policy, caching."""

import logging
import re
from collections.abc import Callable
from contextlib import suppress
from json import JSONDecodeError
from traceback import extract_tb

from csp.decorators import csp
from django.conf import settings
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import FieldError, ValidationError
from django.core.paginator import InvalidPage
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.datastructures import MultiValueDictKeyError
from modelsearch.backends.base import FilterFieldError

from common.logs import mask, request_id, sane_or_new
from common.media import MediaUnavailable

CSP_HEADER = "Content-Security-Policy"
GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger(__name__)

NEVER_OURS = (MultiValueDictKeyError, UnicodeEncodeError, JSONDecodeError, IncorrectLookupParameters, FilterFieldError)
# Messages of Python, Django and both databases about malformed values.
UNREADABLE = re.compile(
    "expected a number but got|invalid literal for int|could not convert string to float|limit .* for integer string"
    "|too large to convert|out of range|integer out of|NUL .0x00.|null character|null byte|invalid input syntax"
    "|Invalid isoformat|is not a valid UUID|Cannot resolve keyword|Can not resolve"
)

# Hidden content disappears from the reverse proxy within this time, in seconds (docs/architecture.md).
READING_PAGE_MAX_AGE = 60
# Limit of the unread request body, and size of a chunk, in bytes; nginx refuses larger bodies (docker/site.conf).
UNREAD_BODY_MAX, UNREAD_BODY_CHUNK = 32_000_000, 64_000
# Value of Retry-After, in seconds, if the file store does not respond.
MEDIA_RETRY_AFTER = 30


class RequestIdMiddleware:
    """Sets the request id for the log: that of the proxy (`X-Request-ID`), or a new one; adds it to the response."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifier = sane_or_new(request.headers.get("X-Request-ID", ""))
        # Not reset after the response: Django logs 404 after all middleware.
        request_id.set(identifier)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = identifier
        return response


class UnreadBodyMiddleware:
    """Reads the rest of a request body that no view has read, so that the proxy gets the response.

    A server that closes a connection with unread data resets it; the proxy, still sending, would then answer 502.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        with suppress(UnreadablePostError):
            for _number in range(UNREAD_BODY_MAX // UNREAD_BODY_CHUNK):
                if not request.read(UNREAD_BODY_CHUNK):
                    break
        return response


class BrowserRightsMiddleware:
    """Sets Permissions-Policy (`PERMISSIONS_POLICY`) and Cross-Origin-Resource-Policy.

    First middleware, so that files and errors have the headers too. Public cacheable images are exempt from the latter:
    feed readers and webmail display images of our feeds and mails in their own pages.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        is_picture = response.headers.get("Content-Type", "").startswith("image/")
        is_shared = is_picture and "public" in response.headers.get("Cache-Control", "")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if is_shared else "same-origin")
        return response


class NullCharacterMiddleware:
    """Answers 404 to a URL with a null character, which PostgreSQL refuses in queries."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        return self.get_response(request)


class UnreadableValueMiddleware:
    """Answers 400 to a request with a malformed value: number, primary key, field of a list.

    Views of Wagtail and modeladmin pass such values to Python and the database unchecked, which raise various
    exceptions, as do requests for missing forms or revisions. All are logged, since a bug may look the same.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.admin_prefix = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        is_library = request.path_info.startswith(self.admin_prefix) and is_of_library(exception)
        if not (is_library or is_unreadable_value(exception)):
            return None
        logger.warning("a value that cannot be read, at %s", mask(request.path[:200]), exc_info=exception)
        return render(request, "400.html", status=400)


def is_unreadable_value(exception: Exception) -> bool:
    """Returns whether `exception` is about a malformed or missing value: number, date, primary key, field name."""
    if isinstance(exception, NEVER_OURS):
        return True
    kinds = (ValueError, OverflowError, DataError, FieldError, ValidationError)
    return isinstance(exception, kinds) and UNREADABLE.search(str(exception)) is not None


def is_of_library(exception: Exception) -> bool:
    """Returns whether a view of a library failed, without code of ours, on a request that its pages never send."""
    files = [frame.filename for frame in extract_tb(exception.__traceback__)]
    kinds = (AttributeError, InvalidPage, LookupError, NoReverseMatch)
    return isinstance(exception, kinds) and not any(
        file.startswith(str(settings.BASE_DIR)) and "site-packages" not in file for file in files
    )


class MediaUnavailableMiddleware:
    """Answers 503 if the file store does not respond, with one line in the log.

    Services are atomic, so that nothing has changed.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, MediaUnavailable):
            return None
        logger.error("no file: %s, at %s", exception, mask(request.path[:200]))
        response = render(request, "media_unavailable.html", status=503)
        response["Retry-After"] = str(MEDIA_RETRY_AFTER)
        patch_cache_control(response, private=True, no_store=True)
        # Otherwise Django logs the 503 as an error, a second time.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response


class AdminContentPolicyMiddleware:
    """Applies the looser content security policy that Wagtail's inline scripts need to pages of the admin.

    All other pages keep the public policy (`CONTENT_SECURITY_POLICY`), the sign-in page included. A preview, rendered
    through an internal request for the public page, arrives with the public policy: it keeps that one, and may be
    framed by the editor.
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
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
            csp(policy)(lambda _request: response)(request)
        return response


class CachePolicyMiddleware:
    """Allows proxies to cache pages for anonymous users, for a minute.

    Responses that set a cookie, belong to a session, or answer other methods than GET and HEAD are `private, no-store`.
    A `Cache-Control` header set by the view is kept.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.has_header("Cache-Control"):
            return response
        is_cacheable = (
            request.method in ("GET", "HEAD")
            and response.status_code in (200, 304)
            and not response.cookies
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
        )
        if is_cacheable:
            patch_cache_control(response, public=True, max_age=READING_PAGE_MAX_AGE)
            patch_vary_headers(response, ["Cookie"])
        else:
            patch_cache_control(response, private=True, no_store=True)
        return response
