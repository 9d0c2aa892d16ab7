"""Pages of this app, for the site map and for search engines."""

from collections.abc import Iterator

from django.urls import reverse

from cms.hooks import SitemapEntry
from indicators.models import Restitution


def pages() -> Iterator[SitemapEntry]:
    yield SitemapEntry(path=reverse("indicators:representativeness"))
    yield SitemapEntry(path=reverse("indicators:restitutions"))
    for found in Restitution.objects.published():
        yield SitemapEntry(path=found.get_absolute_url(), changed_at=found.published_at)


def indexable_views() -> list[str]:
    return ["indicators:representativeness", "indicators:restitutions", "indicators:restitution"]
