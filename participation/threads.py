"""One page of a discussion, assembled in Python: its cost does not depend on the number of comments."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.models import User
from committee.models import Member
from common.templatetags.dates import short_day
from participation import permissions
from participation.deadlines import reading_due_on
from participation.forms import CommentForm, comment_form
from participation.models import Comment, Discussion, Mention

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

THREADS_PER_PAGE = 20

OLDEST = "anciens"
# What an address may ask for. A thread stays as it was said, whatever the order of the threads.
ORDERS = {
    OLDEST: ("created_at", "pk"),
    "recents": ("-created_at", "-pk"),
    "reponses": ("-answer_count", "created_at", "pk"),
}


@dataclass
class Node:
    """A comment with what its page needs to know about it."""

    comment: Comment
    is_own: bool
    by_member: bool
    # An account of the team or of the services of the city.
    by_team: bool
    can_edit: bool
    # The names of those whom the text names.
    mentioned: list[str]
    # The name answered to, when that is not obvious: the page shows two levels, whatever the depth.
    in_reply_to: str
    # For its author, while it waits: the date before which a person reads it. None once that is past.
    due: date | None
    replies: list["Node"] = field(default_factory=list)

    # What the links under a comment say to those who do not see which comment they are under. Written here and not in
    # the template, where a sentence costs ten times as much.

    @property
    def name_of_link(self) -> str:
        return _("to the comment of %(name)s, %(date)s") % self._whose

    @property
    def name_of_reply(self) -> str:
        return _("to %(name)s, %(date)s") % self._whose

    @property
    def name_of_report(self) -> str:
        return _("the comment of %(name)s, %(date)s") % self._whose

    @cached_property
    def _whose(self) -> dict[str, str]:
        return {
            "name": self.comment.display_name or _("a person"),
            "date": short_day(self.comment.created_at),
        }


@dataclass
class DiscussionPage:
    """The threads of one page, in the order asked for, and what the reader may do."""

    discussion: Discussion
    page: Page
    threads: list[Node]
    is_open: bool
    order: str
    # For a person who may write here, the form of a new comment.
    form: CommentForm | None
    # For a discussion that opens later: when.
    opens_at: datetime | None = None

    @property
    def orders(self) -> list[tuple[str, str]]:
        """The orders that a reader may ask for: what the address says, and what is read."""
        return [
            (OLDEST, _("Oldest first")),
            ("recents", _("Newest first")),
            ("reponses", _("Most answered")),
        ]


def roots_of(discussion: Discussion, user: "User | AnonymousUser", order: str = OLDEST) -> QuerySet[Comment]:
    """Returns the comments that start a thread, in `order`: a key of `ORDERS`, or anything else for the usual one."""
    roots = Comment.objects.shown_in(discussion, user).filter(parent=None)
    if order == "reponses":
        answers = Comment.objects.published().filter(thread=OuterRef("pk")).order_by().values("thread")
        count = Subquery(answers.annotate(total=Count("pk")).values("total"), output_field=IntegerField())
        roots = roots.annotate(answer_count=Coalesce(count, 0))
    return roots.order_by(*ORDERS.get(order, ORDERS[OLDEST]))


def _with_author(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Reads with each comment who wrote it, and whether that is an account of the team: all of them have a group."""
    teams = User.groups.through.objects.filter(user_id=OuterRef("author_id"))
    return comments.select_related("author").annotate(by_team=Exists(teams))


def asked_discussion(request: HttpRequest, discussion: Discussion, *, now: datetime) -> DiscussionPage:
    """Returns the page of `discussion` that the address of `request` asks for. See `read_discussion`."""
    asked = request.GET
    return read_discussion(discussion, request.user, page_number=asked.get("page"), order=asked.get("ordre"), now=now)


def read_discussion(
    discussion: Discussion,
    user: "User | AnonymousUser",
    *,
    page_number: str | None,
    now: datetime,
    order: str | None = None,
) -> DiscussionPage:
    """Returns the page of `discussion` that `page_number` names, with four queries whatever the number of comments.

    A fifth one finds who is named, when a text has an « @ ».

    The caller found the subject of the discussion public, and read it `with_subject()`.
    """
    order = order if order in ORDERS else OLDEST
    page = Paginator(_with_author(roots_of(discussion, user, order)), THREADS_PER_PAGE).get_page(page_number)
    roots = list(page.object_list)
    replies = _replies(discussion, user, roots)
    is_open = permissions.is_open_to_comments(discussion, now)
    nodes = _nodes(discussion, user, [*roots, *replies], is_open=is_open, now=now)
    threads = {root.pk: nodes[root.pk] for root in roots}
    for reply in replies:
        threads[reply.thread_id or 0].replies.append(nodes[reply.pk])
    form = None
    if user.is_authenticated and permissions.can_comment(user, discussion, now):
        form = comment_form(discussion, is_read_first=permissions.is_read_first(user, discussion.call, now))
    opens_at = None if is_open else permissions.opens_at(permissions.Act.COMMENT, discussion.call, now)
    return DiscussionPage(discussion, page, list(threads.values()), is_open, order, form, opens_at)


def _replies(discussion: Discussion, user: "User | AnonymousUser", roots: list[Comment]) -> list[Comment]:
    """Returns all that answers in the threads of `roots`, as it was said."""
    if not roots:
        return []
    shown = _with_author(Comment.objects.shown_in(discussion, user))
    threads = [root.pk for root in roots]
    return list(shown.filter(thread__in=threads, parent__isnull=False).order_by("created_at", "pk"))


def _nodes(
    discussion: Discussion, user: "User | AnonymousUser", found: list[Comment], *, is_open: bool, now: datetime
) -> dict[int, Node]:
    """Returns each comment of `found`, by its number, with what the page needs to know about it."""
    today = timezone.localdate(now)
    comments = {comment.pk: comment for comment in found}
    answered_ids = {comment.parent_id for comment in found}
    sitting = _sitting({comment.author_id for comment in found if comment.author_id}, today)
    mentioned = _mentioned(comments)

    def node(comment: Comment) -> Node:
        comment.discussion = discussion
        is_own = user.is_authenticated and comment.author_id == user.pk
        due = reading_due_on(timezone.localdate(comment.created_at))
        answered = comments.get(comment.parent_id or 0) if comment.depth > 1 else None
        return Node(
            comment=comment,
            is_own=is_own,
            by_member=comment.author_id in sitting,
            by_team=comment.by_team,  # type: ignore[attr-defined]
            can_edit=is_own and _may_edit(comment, is_open=is_open and comment.pk not in answered_ids, now=now),
            mentioned=mentioned[comment.pk],
            in_reply_to=answered.display_name if answered and not answered.is_removed else "",
            due=due if is_own and comment.state == Comment.State.RECEIVED and due >= today else None,
        )

    return {comment.pk: node(comment) for comment in found}


def _may_edit(comment: Comment, *, is_open: bool, now: datetime) -> bool:
    """What `can_edit_comment` says of one's own comment, without a query: an answer that waits is not seen here."""
    if comment.state == Comment.State.RECEIVED:
        return True
    published_at = comment.published_at if comment.state == Comment.State.PUBLISHED else None
    return is_open and published_at is not None and now < published_at + permissions.EDIT_WINDOW


def _mentioned(comments: Mapping[int, Comment]) -> dict[int, list[str]]:
    """Returns the names that each text names; no query when none has an « @ »."""
    names: dict[int, list[str]] = defaultdict(list)
    if writing := [comment.pk for comment in comments.values() if "@" in comment.body]:
        rows = Mention.objects.filter(comment__in=writing).values_list("comment", "user__public_name")
        for comment_id, name in rows:
            names[comment_id].append(name)
    return names


def _sitting(user_ids: set[int], today: date) -> set[int]:
    """Those of `user_ids` who sit on the committee on the day, in one query."""
    if not user_ids:
        return set()
    return set(Member.objects.sitting(today).filter(user__in=user_ids).values_list("user_id", flat=True).order_by())


def page_of(comment: Comment, user: "User | AnonymousUser") -> int:
    """Returns the number of the page of its discussion on which `user` finds `comment`."""
    root = comment.thread or comment
    before = roots_of(comment.discussion, user).filter(
        Q(created_at__lt=root.created_at) | Q(created_at=root.created_at, pk__lt=root.pk)
    )
    return before.count() // THREADS_PER_PAGE + 1


def comment_url(comment: Comment, user: "User | AnonymousUser") -> str:
    """Returns the address at which `user` finds `comment`: the page of its thread, and its anchor."""
    number = page_of(comment, user)
    query = f"?page={number}" if number > 1 else ""
    return f"{comment.discussion.subject_url}{query}#{comment.anchor}"
