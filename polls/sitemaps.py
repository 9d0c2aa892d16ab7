"""Sitemap entries of the polls."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from cms.hooks import CardKind, CardSubject, SitemapEntry
from polls.models import Poll


def polls() -> Iterator[SitemapEntry]:
    """Yields the list, the opened polls, and the results of closed ones."""
    now = timezone.now()
    yield SitemapEntry(path=reverse("polls:list"))
    for poll in Poll.objects.published(now).order_by("pk"):
        yield SitemapEntry(path=poll.get_absolute_url(), changed_at=poll.opens_at)
        if not poll.is_open(now):
            yield SitemapEntry(path=reverse("polls:results", kwargs={"slug": poll.slug}), changed_at=poll.closes_at)


def indexable_views() -> list[str]:
    return ["polls:list", "polls:poll", "polls:results", "polls:paper_form"]


def card_kind() -> CardKind:
    return CardKind("sondages", "polls:poll", "slug", _card_subject)


def _card_subject(slug: str) -> CardSubject | None:
    poll = Poll.objects.published(timezone.now()).filter(slug=slug).first()
    return CardSubject(poll.title) if poll else None
