"""Middleware that remembers which site answers, and counts the addresses that are not found."""

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
    """Remembers for a minute which site answers: Wagtail asks the database for it on each page that links to a page.

    Comes after CommonMiddleware, which refused the names of hosts that are not ours.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cache, key = caches["local"], f"site:{request.get_host()}:{request.get_port()}"
        if known := cache.get(key):
            # Where `Site.find_for_request` looks first, and where it leaves what it found.
            request._wagtail_site = known  # type: ignore[attr-defined]
        response = self.get_response(request)
        if not known and (found := getattr(request, "_wagtail_site", None)):
            cache.set(key, found)
        return response


def is_known(request: HttpRequest) -> bool:
    """An editor knows of it already, or the address is only not for everyone."""
    return hasattr(request, "is_link_check") or hasattr(request, "is_restricted")


class MissingAddressMiddleware:
    """Counts the addresses at which a reader found nothing, for the report of that name; never whose, nor the query.

    Comes before Wagtail's RedirectMiddleware: what it leads elsewhere was found. A failure leaves the page as it is.
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
