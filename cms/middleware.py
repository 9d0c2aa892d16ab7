"""Middleware that caches the site of a request, and counts missing addresses."""

import logging
from collections.abc import Callable

from django.core.cache import caches
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from cms.services import note_missing_address

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]


class LocalSiteMiddleware:
    """Caches the site for a minute; Wagtail queries it for each page that links to a page.

    Placed after CommonMiddleware, which refuses unknown hosts.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cache, key = caches["local"], f"site:{request.get_host()}:{request.get_port()}"
        if cached_site := cache.get(key):
            # Cache attribute of `Site.find_for_request`.
            request._wagtail_site = cached_site  # type: ignore[attr-defined]
        response = self.get_response(request)
        if not cached_site and (site := getattr(request, "_wagtail_site", None)):
            cache.set(key, site)
        return response


def is_known(request: HttpRequest) -> bool:
    """Returns whether the 404 is no missing address: a check of links by an editor, or a restricted page."""
    return hasattr(request, "is_link_check") or hasattr(request, "is_restricted")


class MissingAddressMiddleware:
    """Counts the paths of 404 responses for the report « Adresses introuvables », without user and query.

    Placed before Wagtail's RedirectMiddleware, so that redirected paths are not counted. A failure does not affect the
    response.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 404 and request.method == "GET" and not is_known(request):
            try:
                with transaction.atomic():
                    note_missing_address(path=Redirect.normalise_path(request.path_info), today=timezone.localdate())
            except DatabaseError:
                logger.warning("an address that was not found could not be counted")
        return response
