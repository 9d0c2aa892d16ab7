"""One page of a discussion, assembled in Python: its cost does not depend on the number of comments."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from committee.models import Member
from common.templatetags.dates import short_day
from participation import permissions
from participation.deadlines import reading_due_on
from participation.forms import CommentForm, comment_form_class
from participation.models import Comment, Discussion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

THREADS_PER_PAGE = 20


@dataclass
class Node:
    """A comment with what its page needs to know about it."""

    comment: Comment
    is_own: bool
    by_member: bool
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
    """The threads of one page, oldest first, and what the reader may do."""

    discussion: Discussion
    page: Page
    threads: list[Node]
    is_open: bool
    # For a person who may write here, the form of a new comment.
    form: CommentForm | None


def roots_of(discussion: Discussion, user: "User | AnonymousUser"):
    return Comment.objects.shown_in(discussion, user).filter(parent=None).order_by("created_at", "pk")


def read_discussion(
    discussion: Discussion, user: "User | AnonymousUser", *, page_number: str | None, today: date
) -> DiscussionPage:
    """Returns the page of `discussion` that `page_number` names, with four queries whatever the number of comments.

    The caller found the subject of the discussion public, and read it `with_subject()`.
    """
    page = Paginator(roots_of(discussion, user).select_related("author"), THREADS_PER_PAGE).get_page(page_number)
    roots = list(page.object_list)
    replies = list(
        Comment.objects.shown_in(discussion, user)
        .filter(thread__in=[root.pk for root in roots], parent__isnull=False)
        .select_related("author")
        .order_by("created_at", "pk")
        if roots
        else []
    )
    comments = {comment.pk: comment for comment in [*roots, *replies]}
    sitting = _sitting({comment.author_id for comment in comments.values() if comment.author_id}, today)
    by_thread: dict[int, list[Comment]] = defaultdict(list)
    for reply in replies:
        by_thread[reply.thread_id or 0].append(reply)

    def node(comment: Comment) -> Node:
        comment.discussion = discussion
        is_own = user.is_authenticated and comment.author_id == user.pk
        due = reading_due_on(timezone.localdate(comment.created_at))
        answered = comments.get(comment.parent_id) if comment.depth > 1 else None
        return Node(
            comment=comment,
            is_own=is_own,
            by_member=comment.author_id in sitting,
            in_reply_to=answered.display_name if answered and not answered.is_removed else "",
            due=due if is_own and comment.state == Comment.State.RECEIVED and due >= today else None,
        )

    threads = []
    for root in roots:
        thread = node(root)
        thread.replies = [node(reply) for reply in by_thread[root.pk]]
        threads.append(thread)
    is_open = permissions.is_open_to_comments(discussion)
    form = comment_form_class(discussion)() if is_open and user.is_authenticated else None
    return DiscussionPage(discussion, page, threads, is_open, form)


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
