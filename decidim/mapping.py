"""Unsaved objects made from rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import Truncator, slugify

from committee.models import TopicPage
from common.sanitising import clean_html, html_to_text
from common.slugs import first_free
from decidim.rows import CommentRow, DebateRow, ProposalRow, with_addresses
from participation.models import CallPage, Comment, Discussion, Proposal, ProposalStep

INTRODUCTION_MAX_LENGTH = 300
SLUG_MAX_LENGTH = 60
Body = Sequence[tuple[str, str]]
# Content, not interface: editors may change it on the page.
FREE_PROPOSALS_TITLE = "Propositions libres"
FREE_PROPOSALS_INTRODUCTION = (
    "Ces propositions viennent d’une autre plateforme : {host}. Vous pouvez les lire, les commenter et les soutenir."
)


def call_from_debate(row: DebateRow, slugs: set[str]) -> CallPage:
    """Returns a call with an open discussion for a debate.

    The description becomes the introduction if it is one short text, with the addresses of its links, and otherwise
    also the body.
    """
    introduction, body = html_to_text(with_addresses(row.description)), []
    if len(introduction) > INTRODUCTION_MAX_LENGTH:
        introduction = Truncator(html_to_text(row.description)).chars(INTRODUCTION_MAX_LENGTH)
        body = [("text", clean_html(row.description))]
    return _call(row.title, introduction, row.url, row.created_at, slugs, body=body)


def call_of_component(component_url: str, opens_at: datetime, slugs: set[str]) -> CallPage:
    """Returns the call that holds the proposals of one component, which may be read and supported like others."""
    host = urlsplit(component_url).hostname
    introduction = FREE_PROPOSALS_INTRODUCTION.format(host=host)
    return _call(FREE_PROPOSALS_TITLE, introduction, component_url, opens_at, slugs)


def _call(
    title: str, introduction: str, source_url: str, opens_at: datetime, slugs: set[str], *, body: Body = ()
) -> CallPage:
    slug = first_free(slugify(title)[:SLUG_MAX_LENGTH].strip("-") or "debat", slugs)
    slugs.add(slug)
    return CallPage(
        title=title,
        slug=slug,
        introduction=introduction,
        body=list(body),
        discussion_from=opens_at,
        source_url=source_url,
        live=True,
        first_published_at=opens_at,
        last_published_at=opens_at,
    )


def proposal_from_row(row: ProposalRow, call: CallPage, topics: dict[str, TopicPage]) -> Proposal:
    """Returns an unsaved proposal. It keeps its category, and gets the topic with the same title, if any."""
    return Proposal(
        call=call,
        topic=topics.get(row.category.casefold()),
        category=row.category,
        kind=row.kind,
        title=row.title,
        body=row.body,
        state=Proposal.State.PUBLISHED,
        state_changed_at=row.created_at,
        created_at=row.created_at,
        published_at=row.created_at,
        imported_support_count=row.votes,
        source_url=row.url,
    )


def first_step(proposal: Proposal) -> ProposalStep:
    """Returns the first step of the history of an imported proposal: its publication on its platform."""
    return ProposalStep(
        proposal=proposal, at=proposal.created_at, to_state=proposal.state, role=ProposalStep.Role.IMPORT
    )


def comment_from_row(row: CommentRow, discussion: Discussion, parent: Comment | None) -> Comment:
    """Returns an unsaved comment.

    The author is a text pseudonym, never an account. The depth is that of its place here.
    """
    return Comment(
        **_placed(discussion, parent),
        position=row.position,
        body=row.body,
        author_name=row.author_name,
        state=Comment.State.PUBLISHED,
        state_changed_at=row.created_at,
        created_at=row.created_at,
        published_at=row.created_at,
        source_url=row.url,
    )


def missing_comment(url: str, at: datetime, discussion: Discussion, parent: Comment | None) -> Comment:
    """Returns a placeholder for a comment that the export does not include, so that its replies keep their place."""
    return Comment(
        **_placed(discussion, parent),
        body="",
        state=Comment.State.WITHDRAWN,
        state_changed_at=at,
        created_at=at,
        published_at=at,
        source_url=url,
    )


def _placed(discussion: Discussion, parent: Comment | None) -> dict[str, Any]:
    if parent is None:
        return {"discussion": discussion, "depth": 0}
    return {
        "discussion": discussion,
        "parent_id": parent.pk,
        "thread_id": parent.thread_id or parent.pk,
        "depth": parent.depth + 1,
    }
