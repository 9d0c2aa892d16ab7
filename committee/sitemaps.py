"""Pages of this app outside Wagtail, for the site map and for search engines."""

from collections.abc import Iterator

from django.urls import reverse

from cms.hooks import SitemapEntry
from committee.models import RegisterEntry, WorkProgramme


def programmes() -> Iterator[SitemapEntry]:
    for programme in WorkProgramme.objects.adopted():
        yield SitemapEntry(path=programme.get_absolute_url(), changed_at=programme.adopted_at)


def register() -> list[SitemapEntry]:
    last = RegisterEntry.objects.last()
    return [SitemapEntry(path=reverse("committee:register"), changed_at=last.recorded_at if last else None)]


def indexable_views() -> list[str]:
    """Names of views of this app that search engines may list."""
    return ["committee:session", "committee:register", "committee:work_programme"]
