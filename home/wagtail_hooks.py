"""Hooks of this app: what search engines may list."""

from collections.abc import Iterator

from django.urls import reverse
from wagtail import hooks

from cms.hooks import INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK, SitemapEntry


@hooks.register(INDEXABLE_VIEWS_HOOK)
def the_site_map_may_be_listed() -> list[str]:
    return ["home:site_map", "home:open_data"]


@hooks.register(SITEMAP_HOOK)
def site_map_for_search_engines() -> Iterator[SitemapEntry]:
    yield SitemapEntry(path=reverse("home:site_map"))
    yield SitemapEntry(path=reverse("home:open_data"))
