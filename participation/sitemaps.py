"""Pages of participation outside Wagtail, for the site map and for search engines."""

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from cms.hooks import CardKind, CardSubject, SitemapEntry
from committee.models import card_of_topic
from participation.models import Proposal


def entries() -> Iterator[SitemapEntry]:
    """Yields the fixed pages of participation, and the public proposals."""
    yield SitemapEntry(path=reverse("participation:deposit_start"))
    yield SitemapEntry(path=reverse("participation:proposal_map"))
    yield SitemapEntry(path=reverse("participation:moderation_register"))
    yield SitemapEntry(path=reverse("participation:broken_chains"))
    for proposal in Proposal.objects.visible_to(AnonymousUser()).order_by("pk").iterator():
        moments = [moment for moment in (proposal.published_at, proposal.state_changed_at) if moment]
        yield SitemapEntry(path=proposal.get_absolute_url(), changed_at=max(moments, default=None))


def indexable_views() -> list[str]:
    """Returns the names of views for search engines; the others are forms, or personal pages."""
    names = ("proposal_list", "proposal_map", "proposal", "call", "call_paper_form", "deposit_start")
    return [f"participation:{name}" for name in (*names, "moderation_register", "broken_chains")]


def card_kind() -> CardKind:
    return CardKind("propositions", "participation:proposal", "number", _card_subject)


def _card_subject(pk: str) -> CardSubject | None:
    if not pk.isdecimal():
        return None
    proposal = Proposal.objects.visible_to(AnonymousUser()).filter(pk=pk).first()
    return card_of_topic(proposal.title, proposal.topic_id) if proposal else None
