"""Proposals in pages of other apps: topics, news, rows of the committee, entries of the watch."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.models import Page

from accounts.hooks import AccountLink
from cms.models import NewsPage
from cms.models.inspiring import InspiringPage, inspiring_pages
from committee.hooks import RelatedItem, SectionItem, TopicSection
from committee.models import TopicPage
from common.templatetags.dates import short_day
from participation.models import Proposal, ProposalDraft

PROPOSALS_PER_TOPIC = 4


def proposals_of_topic(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """Returns the latest proposals on a topic, with a link to all of them."""
    visible = Proposal.objects.visible_to(request.user).filter(topic=topic, published_at__isnull=False)
    items = [
        SectionItem(
            title=proposal.title,
            url=proposal.get_absolute_url(),
            meta=short_day(proposal.published_at),
            state=proposal.state_label,
            badge_kind=proposal.badge_kind,
        )
        for proposal in visible.order_by("-published_at", "-pk")[:PROPOSALS_PER_TOPIC]
    ]
    if not items:
        return None
    return TopicSection(
        order=20,
        key="propositions",
        is_featured=True,
        title=gettext("Proposals"),
        items=items,
        more_url=f"{reverse('participation:proposal_list')}?sujet={topic.slug}",
        more_label=gettext("See all proposals on this topic"),
    )


def proposals_of_news(news: NewsPage) -> list[RelatedItem]:
    """Returns the proposals linked to a news item, with their state."""
    proposals = Proposal.objects.published().filter(pk__in=[row.proposal_id for row in news.proposals_told.all()])
    return _with_states(proposals)


def proposals_inspired_by(page: InspiringPage) -> list[RelatedItem]:
    """Returns the proposals inspired by `page`, with their state; empty in a preview of a new page."""
    if page.pk is None:
        return []
    return _with_states(Proposal.objects.published().filter(inspired_by=page.pk))


def example_of(text: Proposal | ProposalDraft) -> Page | None:
    """Returns the page that inspired `text`, if it is public. No query for a text without one."""
    return inspiring_pages().filter(pk=text.inspired_by_id).first() if text.inspired_by_id else None


def _with_states(proposals: QuerySet[Proposal]) -> list[RelatedItem]:
    return [
        RelatedItem(
            title=proposal.title,
            url=proposal.get_absolute_url(),
            meta=gettext("Proposal no. %(number)d · %(state)s")
            % {"number": proposal.pk, "state": proposal.get_state_display()},
        )
        for proposal in proposals.defer("problem", "body").order_by("pk")
    ]


def proposals_of_rows(rows: Sequence[Any], request: HttpRequest) -> list[list[RelatedItem]]:
    """Returns the public proposals linked to each of `rows`. One query.

    In a preview, unsaved links in memory take precedence.
    """
    link: Any = type(rows[0])._meta.get_field("proposals").related_model
    links = link.objects.select_related("proposal")
    prefetch = Prefetch("proposals", links.defer("proposal__problem", "proposal__body").order_by("proposal"))
    prefetch_related_objects([row for row in rows if row.pk], prefetch)
    return [[_item(link.proposal) for link in row.proposals.all() if link.proposal.is_public] for row in rows]


def _item(proposal: Proposal) -> RelatedItem:
    title = gettext("Proposal no. %(number)d: %(title)s") % {"number": proposal.pk, "title": proposal.title}
    return RelatedItem(title=title, url=proposal.get_absolute_url())


def link_to_contributions(request: HttpRequest) -> list[AccountLink]:
    """Returns the link to the user's contributions, shown in the account."""
    return [
        AccountLink(
            order=10,
            label=gettext("My contributions"),
            url=reverse("participation:contributions"),
            hint=gettext("Your proposals and your comments, and where they stand."),
        )
    ]
