"""Field work pages outside the Wagtail tree, for the XML sitemap and link previews."""

from collections.abc import Iterator

from cms.hooks import CardKind, CardSubject, SitemapEntry
from committee.models import card_of_topic
from fieldwork.models import CampaignPage, Finding, Scenario


def pages() -> Iterator[SitemapEntry]:
    """Yields the scenarios of published campaigns, and the public findings."""
    published = CampaignPage.objects.published().order_by().values("pk")
    for scenario in Scenario.objects.filter(campaign__in=published).select_related("campaign").order_by("pk"):
        yield SitemapEntry(path=scenario.get_absolute_url(), changed_at=scenario.campaign.last_published_at)
    for finding in Finding.objects.public().order_by("pk").iterator(chunk_size=500):
        yield SitemapEntry(path=finding.get_absolute_url(), changed_at=finding.state_changed_at)


def indexable_views() -> list[str]:
    return ["fieldwork:campaign", "fieldwork:scenario", "fieldwork:scenario_paper", "fieldwork:finding"]


def card_kind() -> CardKind:
    return CardKind("constats", "fieldwork:finding", "pk", _card_subject)


def _card_subject(pk: str) -> CardSubject | None:
    if not pk.isdecimal():
        return None
    finding = Finding.objects.public().with_context().filter(pk=pk).first()
    return card_of_topic(finding.headline, finding.campaign.topic_id) if finding else None
