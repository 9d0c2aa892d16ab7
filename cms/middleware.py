"""Middleware that keeps what Wagtail asks the database for on every page, and what hardly ever changes."""

from collections.abc import Callable

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

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
