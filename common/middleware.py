"""Middleware for every answer: powers of the browser, values that cannot be read, policy of the admin, what a proxy may
keep.
"""

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
# How Python, Django and the two databases say that a value is none of what was asked for.
UNREADABLE = re.compile(
    "expected a number but got|invalid literal for int|could not convert string to float|limit .* for integer string"
    "|too large to convert|out of range|integer out of|NUL .0x00.|null character|null byte|invalid input syntax"
    "|Invalid isoformat|is not a valid UUID|Cannot resolve keyword|Can not resolve"
)

# A hidden item leaves the reverse proxy within this time (docs/architecture.md).
READING_PAGE_MAX_AGE = 60
# The rest of a body that is read after the answer, in bytes: nginx refuses larger ones (docker/site.conf).
UNREAD_BODY_MAX, UNREAD_BODY_CHUNK = 32_000_000, 64_000
# When a program may ask again for a file of a store that does not answer.
MEDIA_RETRY_AFTER = 30


class RequestIdMiddleware:
    """Numbers each request for the log: as the proxy did (`X-Request-ID`), or anew; the answer says the number too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = sane_or_new(request.headers.get("X-Request-ID", ""))
        # Until the next request of this thread: Django logs an address that is not found after all middleware.
        request_id.set(number)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = number
        return response


class UnreadBodyMiddleware:
    """Reads the rest of a body that no view has read, so that the proxy gets the answer.

    A web that closes a connection with unread data resets it; the proxy, which is still sending, then answers 502.
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
    """Says which powers of the browser a page may use (`PERMISSIONS_POLICY`) and that no site may build with ours.

    First of all middleware, so that files and errors say it too. Pictures that anyone may keep are the exception: feed
    readers and webmail show those of our feeds and mails inside pages of their own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        is_picture = response.headers.get("Content-Type", "").startswith("image/")
        shared = is_picture and "public" in response.headers.get("Cache-Control", "")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin")
        return response


class NullCharacterMiddleware:
    """Answers 404 to a URL that holds a null character: PostgreSQL refuses to look for one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        return self.get_response(request)


class UnreadableValueMiddleware:
    """Answers 400 to a request with a value that cannot be what it is asked for: a number, a key, a field of a list.

    The views of Wagtail and of modeladmin hand such values to Python and the database without a look: they raise, each
    in its own way, also where a form or a version that is not there is asked for. The log keeps it all, since a fault
    may look the same.
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
    """Whether `exception` says that a value of a request is no number, no date, no key, no field, or is missing."""
    if isinstance(exception, NEVER_OURS):
        return True
    kinds = (ValueError, OverflowError, DataError, FieldError, ValidationError)
    return isinstance(exception, kinds) and UNREADABLE.search(str(exception)) is not None


def is_of_library(exception: Exception) -> bool:
    """Whether a view of a library stumbled over a request that its own pages never send: no line of ours was run."""
    files = [frame.filename for frame in extract_tb(exception.__traceback__)]
    kinds = (AttributeError, InvalidPage, LookupError, NoReverseMatch)
    return isinstance(exception, kinds) and not any(
        file.startswith(str(settings.BASE_DIR)) and "site-packages" not in file for file in files
    )


class MediaUnavailableMiddleware:
    """Answers 503 where the store of the files does not answer, and says so in one line of the log.

    Services are atomic: one that wanted the file has changed nothing.
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
        # Django would log it as a fault of ours, once more.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response


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
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
            csp(policy)(lambda _request: response)(request)
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
