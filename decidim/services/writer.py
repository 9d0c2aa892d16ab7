"""Saves the rows of a file, in one transaction. Existing objects never change: moderators may have edited them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import TypeVar

from django.db import reset_queries, transaction
from django.db.models import Count, Model, Q
from django.utils.translation import gettext as _
from wagtail.models import Page

from committee.models import TopicPage
from common.search.adding import add_to_search
from decidim import mapping
from decidim.errors import ExportError
from decidim.report import FileReport
from decidim.rows import DebateRow, ProposalRow, component_url
from decidim.services.reading import CommentFile, File, FoundComment, FoundRow
from participation.models import CallIndexPage, CallPage, Comment, Discussion, Proposal, ProposalStep

BATCH_SIZE = 500
# Fields of a placeholder that change when a later export has the comment.
FILLED_FIELDS = ("body", "author_name", "position", "state", "state_changed_at", "created_at", "published_at")
Item = TypeVar("Item")


@transaction.atomic
def write_debates(file: File[DebateRow], report: FileReport) -> None:
    """Creates a published call with an open discussion for each debate."""
    parent, slugs = _call_index()
    for batch in _batches(file.rows):
        existing = set(_by_address(CallPage, (reference.url for reference in batch)).values())
        for row in file.read(batch):
            if row.url in existing:
                report.unchanged += 1
                continue
            call = parent.add_child(instance=mapping.call_from_debate(row, slugs))
            Discussion.objects.create(page=call)
            report.created += 1


@transaction.atomic
def write_proposals(file: File[ProposalRow], report: FileReport) -> None:
    """Publishes each proposal in the call of its component, with an open discussion."""
    calls = _component_calls(file.rows)
    report.calls = len(calls)
    topics = {topic.title.casefold(): topic for topic in TopicPage.objects.all()}
    for batch in _batches(file.rows):
        existing = set(_by_address(Proposal, (reference.url for reference in batch)).values())
        proposals = []
        for row in file.read(batch):
            report.votes += row.votes
            if row.url not in existing:
                proposals.append(mapping.proposal_from_row(row, calls[component_url(row.url)], topics))
        Proposal.objects.bulk_create(proposals)
        ProposalStep.objects.bulk_create([mapping.first_step(proposal) for proposal in proposals])
        Discussion.objects.bulk_create([Discussion(proposal=proposal) for proposal in proposals])
        add_to_search(Proposal, proposals)
        report.created += len(proposals)
        report.unchanged += len(batch) - len(proposals)


@transaction.atomic
def write_comments(file: CommentFile, discussions: dict[str, Discussion], report: FileReport) -> None:
    """Saves the comments of `file` in `discussions` (by root URL), parents before replies.

    A parent is searched under the same root only.
    """
    all_comments = sorted((comment for siblings in file.comments.values() for comment in siblings.values()), key=_order)
    for _level, comments in groupby(all_comments, key=lambda comment: comment.level):
        for batch in _batches(list(comments)):
            _write_batch(file, batch, discussions, report)
    if report.created:
        _count_comments([discussion.pk for discussion in discussions.values()])


def known_comments(urls: Iterable[str]) -> set[str]:
    """Returns which of these URLs belong to existing comments."""
    return set(_by_address(Comment, urls).values())


def _order(comment: FoundComment) -> tuple[int, datetime, str, int]:
    return comment.order


def _write_batch(
    file: CommentFile, batch: Sequence[FoundComment], discussions: dict[str, Discussion], report: FileReport
) -> None:
    """Writes comments of one level. A placeholder gets the text that a later export includes."""
    urls = {url for comment in batch for url in (comment.url, comment.place.parent_url) if url}
    comments_by_url = {
        str(comment.source_url): comment
        for comment in Comment.objects.filter(source_url__in=urls).only("source_url", "thread_id", "depth", "state")
    }
    new, filled = [], []
    for reference, row in file.read(batch):
        existing = comments_by_url.get(reference.url)
        discussion = discussions[reference.place.root_url]
        parent = comments_by_url.get(reference.place.parent_url or "")
        if row is None:
            new.append(mapping.missing_comment(reference.url, reference.created_at, discussion, parent))
            continue
        report.depths[reference.level] += 1
        if row.author_number:
            report.authors.add(row.author_number)
        comment = mapping.comment_from_row(row, discussion, parent)
        if existing is None:
            new.append(comment)
        elif existing.is_withdrawn:
            for name in FILLED_FIELDS:
                setattr(existing, name, getattr(comment, name))
            filled.append(existing)
        else:
            report.unchanged += 1
    Comment.objects.bulk_create(new)
    if filled:
        Comment.objects.bulk_update(filled, FILLED_FIELDS)
    published = [comment for comment in new if comment.is_published]
    add_to_search(Comment, [*published, *filled])
    report.missing += len(new) - len(published)
    report.created += len(published) + len(filled)


def discussions_by_address(addresses: Iterable[str], field: str) -> dict[str, Discussion]:
    """Returns the discussions of the objects with these URLs, creating missing ones.

    `field` is `page` or `proposal`, the subject of the comments in the file.
    """
    discussions = {}
    for batch in _batches(list(addresses)):
        subjects = _by_address(CallPage if field == "page" else Proposal, batch)
        existing = set(Discussion.objects.filter(**{f"{field}__in": subjects}).values_list(f"{field}_id", flat=True))
        Discussion.objects.bulk_create([Discussion(**{f"{field}_id": pk}) for pk in subjects if pk not in existing])
        for discussion in Discussion.objects.filter(**{f"{field}__in": subjects}):
            discussions[subjects[getattr(discussion, f"{field}_id")]] = discussion
    return discussions


def _call_index() -> tuple[CallIndexPage, set[str]]:
    parent = CallIndexPage.objects.first()
    if parent is None:
        raise ExportError(_("There is no list of calls: create this page first."))
    return parent, set(Page.objects.child_of(parent).values_list("slug", flat=True))


def new_components(rows: Sequence[FoundRow]) -> set[str]:
    """Returns the components that have no call yet."""
    components = {component_url(row.url) for row in rows}
    return components - set(_by_address(CallPage, components).values())


def _component_calls(rows: Sequence[FoundRow]) -> dict[str, CallPage]:
    """Returns the call of each component, created at the first import; `rows` is in order of date."""
    parent, slugs = _call_index()
    opens_at: dict[str, datetime] = {}
    for row in rows:
        opens_at.setdefault(component_url(row.url), row.created_at)
    for address in sorted(new_components(rows)):
        call = parent.add_child(instance=mapping.call_of_component(address, opens_at[address], slugs))
        Discussion.objects.create(page=call)
    calls: dict[str, CallPage] = {}
    for batch in _batches(sorted(opens_at)):
        calls |= {str(call.source_url): call for call in CallPage.objects.filter(source_url__in=batch)}
    return calls


def _by_address(model: type[Model], addresses: Iterable[str]) -> dict[int, str]:
    """Returns the objects of `model` imported from `addresses`, as {primary key: URL}."""
    url_of_pk: dict[int, str] = {}
    for batch in _batches(list(addresses)):
        url_of_pk |= model._default_manager.filter(source_url__in=batch).values_list("pk", "source_url")
    return url_of_pk


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Splits `items` into batches, so that statements and memory do not grow with the file."""
    for start in range(0, len(items), BATCH_SIZE):
        yield items[start : start + BATCH_SIZE]
        # Django keeps all statements if DEBUG is on.
        reset_queries()


def _count_comments(discussion_ids: Sequence[int]) -> None:
    """Updates the counters of published comments of discussions, and of their proposals."""
    for batch in _batches(discussion_ids):
        discussions = list(
            Discussion.objects.filter(pk__in=batch).annotate(
                published=Count("comments", filter=Q(comments__state=Comment.State.PUBLISHED))
            )
        )
        proposals = []
        for discussion in discussions:
            discussion.comment_count = discussion.published
            if discussion.proposal_id:
                proposals.append(Proposal(pk=discussion.proposal_id, comment_count=discussion.published))
        Discussion.objects.bulk_update(discussions, ["comment_count"])
        Proposal.objects.bulk_update(proposals, ["comment_count"])
