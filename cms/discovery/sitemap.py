"""What search engines may visit.

Pages of editors are known here. An app whose public objects are not pages registers the hook `SITEMAP_HOOK` (in its
`wagtail_hooks.py`): a function without argument that returns `SitemapEntry` objects, through the visibility rule that
its own pages use for an anonymous visitor.

    @hooks.register(SITEMAP_HOOK)
    def proposals() -> Iterable[SitemapEntry]: ...
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page, Site

from cms.visibility import published_pages
from common.urls import absolute_url

SITEMAP_HOOK = "register_sitemap_entries"
# The protocol's own limit for one file.
MAX_ENTRIES = 50_000


@dataclass(frozen=True)
class SitemapEntry:
    """An address of the site (absolute or from its root) and when its content changed last, if that is known."""

    path: str
    changed_at: datetime | None = None

    @property
    def location(self) -> str:
        return absolute_url(self.path)


def page_entries(request: HttpRequest) -> Iterator[SitemapEntry]:
    """Yields the pages of the tree that anyone may read, the home page first."""
    site = Site.find_for_request(request)
    if site is None:
        return
    pages = published_pages(Page.objects.descendant_of(site.root_page, inclusive=True)).order_by("path")
    for page in pages.iterator():
        yield SitemapEntry(path=page.get_url(request, current_site=site), changed_at=page.last_published_at)


def sitemap_entries(request: HttpRequest) -> list[SitemapEntry]:
    """Returns all that a search engine may visit: pages first, then what other apps register."""

    def everything() -> Iterator[SitemapEntry]:
        yield from page_entries(request)
        for entries_of_app in hooks.get_hooks(SITEMAP_HOOK):
            yield from entries_of_app()

    return list(islice(everything(), MAX_ENTRIES))
