"""Sitemap: URLs for search engines. Pages are listed here; apps add other objects through `cms.hooks`."""

from collections.abc import Iterator
from itertools import islice

from django.http import HttpRequest
from wagtail.models import Page, Site

from cms.hooks import SitemapEntry, sitemap_entries_of_apps
from cms.models.visibility import published_pages

# Limit of the protocol for one file.
MAX_ENTRIES = 50_000


def page_entries(request: HttpRequest) -> Iterator[SitemapEntry]:
    """Yields the public pages of the tree, the home page first."""
    site = Site.find_for_request(request)
    if site is None:
        return
    pages = published_pages(Page.objects.descendant_of(site.root_page, inclusive=True)).order_by("path")
    for page in pages.iterator():
        yield SitemapEntry(path=page.get_url(request, current_site=site), changed_at=page.last_published_at)


def sitemap_entries(request: HttpRequest) -> list[SitemapEntry]:
    """Returns all entries: pages first, then those that apps register."""

    def everything() -> Iterator[SitemapEntry]:
        yield from page_entries(request)
        yield from sitemap_entries_of_apps()

    return list(islice(everything(), MAX_ENTRIES))
