"""Hooks of this app: views for search engines, guide in the admin, opening of a new site."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.search import SearchArea

from cms.admin.dashboard import register_panel
from cms.hooks import INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK, SitemapEntry
from common.hooks import PERSONAL_DATA_HOOK, datasets
from home.admin.empty_searches import EmptySearchesViewSet
from home.admin.guide import guide_menu_item, guide_urls
from home.admin.opening import AddedSentencesPanel, OpeningPanel, opening_urls
from home.admin.starter_topics import starter_topics_urls
from home.personal_data import PERSONAL_DATA

hooks.register("register_admin_urls", guide_urls)
hooks.register("register_admin_urls", opening_urls)
hooks.register("register_admin_urls", starter_topics_urls)
hooks.register("register_help_menu_item", guide_menu_item)
hooks.register("register_admin_viewset", EmptySearchesViewSet)
hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
register_panel(OpeningPanel)
register_panel(AddedSentencesPanel)


@hooks.register("register_admin_search_area")
def search_of_the_site() -> SearchArea:
    """Adds the public search to those of the admin, after that of pages, which only reads titles."""
    return SearchArea(_("Texts of the site"), reverse("home:search"), name="site", icon_name="globe", order=101)


LISTED = ["home:participate", "home:results", "home:site_map", "home:open_data"]


@hooks.register(INDEXABLE_VIEWS_HOOK)
def views_may_be_listed() -> list[str]:
    return [*LISTED, "home:open_data_set"]


@hooks.register(SITEMAP_HOOK)
def site_map_for_search_engines() -> Iterator[SitemapEntry]:
    for view in LISTED:
        yield SitemapEntry(path=reverse(view))
    for dataset in datasets():
        yield SitemapEntry(path=reverse("home:open_data_set", args=[dataset.slug]))
