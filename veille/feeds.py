"""Feeds of the inspiring watch, Atom and RSS."""

from collections.abc import Iterable

from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext_lazy as _

from cms.discovery.feeds import PageFeed
from veille.models import VeilleEntryPage


class VeilleFeed(PageFeed):
    """Atom feed of the watch, at `/veille/flux.xml`."""

    title = _("Inspiring watch of the users’ committee")
    subtitle = description = _("What other places do well, and what we can learn from it.")
    list_path = "/veille/"
    view_name = "veille:feed"

    def entries(self) -> Iterable[VeilleEntryPage]:
        return VeilleEntryPage.objects.published().select_related("theme")[: self.max_entries]

    def item_categories(self, item: tuple[VeilleEntryPage, str]) -> list[str]:
        """Returns the theme, the place, and the stance of the committee if there is one."""
        return list(filter(None, [item[0].theme.name, item[0].place, item[0].stance_label]))


class VeilleRssFeed(VeilleFeed):
    """RSS feed of the watch, at `/veille/rss.xml`."""

    feed_type = Rss201rev2Feed
    view_name = "veille:rss"
