"""Pages of the sources and of the comparison in the XML sitemap."""

from collections.abc import Iterator

from django.urls import reverse

from cms.hooks import SitemapEntry
from veille.models import Criterion


def pages() -> Iterator[SitemapEntry]:
    yield SitemapEntry(path=reverse("veille:sources"))
    yield SitemapEntry(path=reverse("veille:comparison"))
    for criterion in Criterion.objects.published():
        yield SitemapEntry(path=criterion.get_absolute_url(), changed_at=criterion.published_at)


def indexable_views() -> list[str]:
    return ["veille:sources", "veille:comparison", "veille:criterion"]
