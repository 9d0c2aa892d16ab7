"""Saving of the rows of a file, in one transaction.

What exists already is never changed: moderators may have acted on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Model, Q
from django.utils.translation import gettext as _
from modelsearch.backends import get_search_backends_with_name
from wagtail.models import Page

from committee.models import TopicPage
from decidim import mapping
from decidim.errors import ExportError, Reason, RowRefused
from decidim.report import FileReport
from decidim.rows import CommentRow, DebateRow, ProposalRow
from participation.models import CallIndexPage, CallPage, Comment, Discussion, Proposal, ProposalStep

BATCH_SIZE = 500


@dataclass(frozen=True)
class Node:
    """A comment that exists already: what a reply needs of it."""

    pk: int
    thread_id: int
    depth: int


@transaction.atomic
def write_debates(rows: Sequence[DebateRow], report: FileReport) -> None:
    """Each debate becomes a published call with an open discussion, in the order of the dates."""
    parent, slugs = _call_index()
    known = set(_by_address(CallPage, (row.url for row in rows)).values())
    for row in sorted(rows, key=lambda row: (row.created_at, row.url)):
        if row.url in known:
            report.unchanged += 1
            continue
        call = parent.add_child(instance=mapping.call_from_debate(row, slugs))
        Discussion.objects.create(page=call)
        report.created += 1


@transaction.atomic
def write_proposals(rows: Sequence[ProposalRow], report: FileReport) -> None:
    """Each proposal is published in the call of its component, with an open discussion."""
    calls = _component_calls(rows)
    topics = {topic.title.casefold(): topic for topic in TopicPage.objects.all()}
    known = set(_by_address(Proposal, (row.url for row in rows)).values())
    fresh = [row for row in rows if row.url not in known]
    proposals = [
        mapping.proposal_from_row(row, calls[row.component_url], topics)
        for row in sorted(fresh, key=lambda row: (row.created_at, row.url))
    ]
    Proposal.objects.bulk_create(proposals, batch_size=BATCH_SIZE)
    ProposalStep.objects.bulk_create([mapping.first_step(proposal) for proposal in proposals], batch_size=BATCH_SIZE)
    Discussion.objects.bulk_create([Discussion(proposal=proposal) for proposal in proposals], batch_size=BATCH_SIZE)
    _index(Proposal, proposals)
    report.created += len(proposals)
    report.unchanged += len(rows) - len(proposals)


@transaction.atomic
def write_comments(
    rows: Sequence[CommentRow], discussions: dict[str, Discussion], report: FileReport
) -> list[CommentRow]:
    """Places `rows` in `discussions` (by root address), depth by depth, so that a parent exists before its replies.

    Returns the rows that are in the database now. A parent is looked for under the same root only.
    """
    nodes = _nodes(discussions.values())
    by_depth: dict[int, list[CommentRow]] = defaultdict(list)
    accepted = []
    for row in rows:
        if row.url in nodes:
            report.unchanged += 1
            accepted.append(row)
        else:
            by_depth[row.depth].append(row)
    created: list[Comment] = []
    for depth in sorted(by_depth):
        level = sorted(by_depth[depth], key=lambda row: (row.created_at, row.url))
        placed = [row for row in level if _has_its_parent(row, nodes, report)]
        comments = [_comment(row, discussions[row.root_url], nodes) for row in placed]
        Comment.objects.bulk_create(comments, batch_size=BATCH_SIZE)
        nodes |= {str(comment.source_url): _node(comment) for comment in comments}
        created += comments
        accepted += placed
    _index(Comment, created)
    _count_comments({comment.discussion_id for comment in created})
    report.created += len(created)
    return accepted


def discussions_by_address(rows: Iterable[CommentRow], field: str) -> dict[str, Discussion]:
    """The discussions of the things whose addresses `rows` name, made where one is missing.

    `field` is `page` or `proposal`: what the file says that its comments are about.
    """
    roots = {row.root_url for row in rows}
    things = _by_address(CallPage if field == "page" else Proposal, roots)
    known = set(Discussion.objects.filter(**{f"{field}__in": things}).values_list(f"{field}_id", flat=True))
    Discussion.objects.bulk_create([Discussion(**{f"{field}_id": pk}) for pk in things if pk not in known])
    discussions = Discussion.objects.filter(**{f"{field}__in": things})
    return {things[getattr(discussion, f"{field}_id")]: discussion for discussion in discussions}


def _call_index() -> tuple[CallIndexPage, set[str]]:
    parent = CallIndexPage.objects.first()
    if parent is None:
        raise ExportError(_("There is no list of calls: create this page first."))
    return parent, set(Page.objects.child_of(parent).values_list("slug", flat=True))


def _component_calls(rows: Sequence[ProposalRow]) -> dict[str, CallPage]:
    """The call of each component that `rows` name, made on the first import."""
    parent, slugs = _call_index()
    opens_at: dict[str, datetime] = {}
    for row in rows:
        opens_at[row.component_url] = min(row.created_at, opens_at.get(row.component_url, row.created_at))
    calls = {str(call.source_url): call for call in CallPage.objects.filter(source_url__in=opens_at)}
    for address in sorted(opens_at.keys() - calls.keys()):
        call = parent.add_child(instance=mapping.call_of_component(address, opens_at[address], slugs))
        Discussion.objects.create(page=call)
        calls[address] = call
    return calls


def _by_address(model: type[Model], addresses: Iterable[str]) -> dict[int, str]:
    """The objects of `model` that came from one of `addresses`: primary key → address."""
    found = model._default_manager.filter(source_url__in=list(addresses))
    return dict(found.values_list("pk", "source_url"))


def _nodes(discussions: Iterable[Discussion]) -> dict[str, Node]:
    found = Comment.objects.filter(discussion__in=[discussion.pk for discussion in discussions])
    return {
        str(address): Node(pk, thread_id or pk, depth)
        for address, pk, thread_id, depth in found.exclude(source_url=None).values_list(
            "source_url", "pk", "thread_id", "depth"
        )
    }


def _node(comment: Comment) -> Node:
    return Node(comment.pk, comment.thread_id or comment.pk, comment.depth)


def _has_its_parent(row: CommentRow, nodes: dict[str, Node], report: FileReport) -> bool:
    if row.parent_url is None:
        return True
    parent = nodes.get(row.parent_url)
    if parent is None:
        report.refuse(row.line, row.number, RowRefused(Reason.UNKNOWN_PARENT, row.parent_url))
    elif parent.depth != row.depth - 1:
        report.refuse(row.line, row.number, RowRefused(Reason.DEPTH, str(row.depth)))
    else:
        return True
    return False


def _comment(row: CommentRow, discussion: Discussion, nodes: dict[str, Node]) -> Comment:
    parent = nodes[row.parent_url] if row.parent_url else None
    return mapping.comment_from_row(
        row, discussion, parent_id=parent.pk if parent else None, thread_id=parent.thread_id if parent else None
    )


def _count_comments(discussion_ids: set[int]) -> None:
    """Corrects the counters of discussions, and of the proposals they hang on, from what is published."""
    discussions = list(
        Discussion.objects.filter(pk__in=discussion_ids)
        .select_related("proposal")
        .annotate(published=Count("comments", filter=Q(comments__state=Comment.State.PUBLISHED)))
    )
    proposals = []
    for discussion in discussions:
        discussion.comment_count = discussion.published
        if discussion.proposal is not None:
            discussion.proposal.comment_count = discussion.published
            proposals.append(discussion.proposal)
    Discussion.objects.bulk_update(discussions, ["comment_count"], batch_size=BATCH_SIZE)
    Proposal.objects.bulk_update(proposals, ["comment_count"], batch_size=BATCH_SIZE)


def _index(model: type[Comment] | type[Proposal], objects: Sequence[Comment] | Sequence[Proposal]) -> None:
    """Adds to the search index what `bulk_create` made: it sends no signal."""
    for _name, backend in get_search_backends_with_name(with_auto_update=True):
        for start in range(0, len(objects), BATCH_SIZE):
            backend.add_bulk(model, objects[start : start + BATCH_SIZE])
