"""The Atom feed of the inspiring watch."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from cms.feeds import PageFeed
from veille.models import VeilleEntryPage


class VeilleFeed(PageFeed):
    """`/veille/flux.xml`."""

    title = _("Inspiring watch of the users’ committee")
    subtitle = _("What other places do well, and what we can learn from it.")
    list_path = "/veille/"
    view_name = "veille:feed"

    def entries(self) -> Iterable[VeilleEntryPage]:
        return VeilleEntryPage.objects.published()[: self.max_entries]
