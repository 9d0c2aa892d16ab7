"""Pages of this app in the XML sitemap."""

from collections.abc import Iterator

from django.urls import reverse

from cms.hooks import SitemapEntry
from indicators.models import Indicator, Restitution

DEFINED = ["indicators:indicators", "indicators:indicator"]


def pages() -> Iterator[SitemapEntry]:
    yield SitemapEntry(path=reverse("indicators:representativeness"))
    yield SitemapEntry(path=reverse("indicators:restitutions"))
    yield SitemapEntry(path=reverse("indicators:indicators"))
    for indicator in Indicator.objects.exclude(adopted_at=None).order_by("pk"):
        yield SitemapEntry(path=indicator.get_absolute_url(), changed_at=indicator.adopted_at)
    for restitution in Restitution.objects.published():
        yield SitemapEntry(path=restitution.get_absolute_url(), changed_at=restitution.published_at)


def indexable_views() -> list[str]:
    return ["indicators:representativeness", "indicators:restitutions", "indicators:restitution", *DEFINED]
