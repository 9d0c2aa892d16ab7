"""What Wagtail asks the database for on every page, and what hardly ever changes."""

from collections.abc import Callable

from django.core.cache import caches
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponse
from wagtail.models import Site

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


def connect() -> None:
    """Lets this process see a change of a site at once; the others see it within a minute."""
    for signal in (post_save, post_delete):
        signal.connect(_forget, sender=Site, dispatch_uid="cms.middleware")


def _forget(**_signal: object) -> None:
    caches["local"].clear()
