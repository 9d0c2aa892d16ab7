"""Pages of this app that are not Wagtail pages, for the site map and for search engines."""

from collections.abc import Iterator

from django.urls import reverse

from cms.hooks import SitemapEntry


def pages() -> Iterator[SitemapEntry]:
    yield SitemapEntry(path=reverse("veille:sources"))


def indexable_views() -> list[str]:
    """Names of views of this app that search engines may list."""
    return ["veille:sources"]
