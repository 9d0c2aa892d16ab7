"""Feeds of published pages, in Atom and RSS 2.0. Apps with feeds of pages subclass `PageFeed`."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import gettext_lazy as _

from cms.models import BasePage, NewsPage
from common.urls import absolute_url


class PageFeed(Feed):
    """Feed of the latest pages of one kind.

    The id of an entry is the page's translation key: it survives changes of URL and title, so that feed readers display
    an entry once. Entries are public pages only, since feeds have no user.
    """

    feed_type: type[SyndicationFeed] = Atom1Feed
    language = "fr"
    item_guid_is_permalink = False
    max_entries = 20
    list_path: str
    view_name: str

    def entries(self) -> Iterable[BasePage]:
        """Returns the public pages, newest first."""
        raise NotImplementedError

    def get_object(self, request: HttpRequest, *args, **kwargs) -> HttpRequest:
        """Keeps the request, on which Wagtail caches the root of the site for all entries."""
        return request

    def items(self, request: HttpRequest) -> list[tuple[BasePage, str]]:
        return [(page, absolute_url(page.get_url(request))) for page in self.entries()]

    def author_name(self) -> str:
        """Returns the committee: pages have no author, and Atom requires one."""
        return str(settings.WAGTAIL_SITE_NAME)

    def author_link(self) -> str:
        return absolute_url("/")

    def link(self) -> str:
        return absolute_url(self.list_path)

    def feed_url(self) -> str:
        return absolute_url(reverse(self.view_name))

    def feed_guid(self) -> str:
        return self.feed_url()

    def item_title(self, item: tuple[BasePage, str]) -> str:
        return item[0].title

    def item_description(self, item: tuple[BasePage, str]) -> str:
        return item[0].introduction

    def item_link(self, item: tuple[BasePage, str]) -> str:
        return item[1]

    def item_guid(self, item: tuple[BasePage, str]) -> str:
        return item[0].translation_key.urn

    def item_pubdate(self, item: tuple[BasePage, str]) -> datetime | None:
        return item[0].first_published_at

    def item_updateddate(self, item: tuple[BasePage, str]) -> datetime | None:
        return item[0].last_published_at


class NewsFeed(PageFeed):
    """`/actualites/flux.xml`."""

    title = _("News of the users’ committee")
    subtitle = description = _("What the committee does, week after week.")
    list_path = "/actualites/"
    view_name = "cms:news_feed"

    def entries(self) -> Iterable[NewsPage]:
        return NewsPage.objects.published()[: self.max_entries]


class NewsRssFeed(NewsFeed):
    """`/actualites/rss.xml`."""

    feed_type = Rss201rev2Feed
    view_name = "cms:news_rss"
