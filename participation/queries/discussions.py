"""Threads of a discussion, page by page: the number of queries does not depend on the number of comments."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AnyUser, User
from committee.models import Member
from participation import permissions
from participation.forms.discussions import CommentForm, comment_form
from participation.models import Comment, Discussion, Mention
from participation.models.deadlines import reading_due_on

THREADS_PER_PAGE = 20
SITS, TEAM = "sits", "team"

OLDEST = "anciens"
# Possible orders in a URL. Within a thread, comments are always in order of time.
ORDERS = {
    OLDEST: ("created_at", "pk"),
    "recents": ("-created_at", "-pk"),
    "reponses": ("-answer_count", "created_at", "pk"),
}


@dataclass
class Node:
    """Comment with the data shown beside it, loaded for all comments of the page at once."""

    comment: Comment
    is_own: bool
    by_member: bool
    # An account of the team or of the city services.
    by_team: bool
    can_edit: bool
    can_withdraw: bool
    # Names of the users that the text mentions.
    mentioned: list[str]
    # Author of the answered comment, if the two levels of the page do not show it.
    answered_name: str
    # For its author, while it waits: date by which it is to be read. None once past.
    due: date | None
    replies: list["Node"] = field(default_factory=list)


@dataclass
class ThreadList:
    """Threads on one page of a discussion, in the requested order, and actions allowed to the user."""

    discussion: Discussion
    page: Page
    threads: list[Node]
    is_open: bool
    order: str
    # Form of a new comment, if the user may write one.
    form: CommentForm | None
    # Opening time, if the discussion opens later.
    opens_at: datetime | None = None

    @property
    def orders(self) -> list[tuple[str, str]]:
        """Possible orders: key in the URL, and label."""
        return [
            (OLDEST, _("Oldest first")),
            ("recents", _("Newest first")),
            ("reponses", _("Most answered")),
        ]


def roots_of(discussion: Discussion | OuterRef, user: AnyUser, order: str = OLDEST) -> QuerySet[Comment]:
    """Returns the comments that start a thread, in `order`: a key of `ORDERS`, or the default."""
    roots = Comment.objects.shown_in(discussion, user).filter(parent=None)
    if order == "reponses":
        answers = Comment.objects.published().filter(thread=OuterRef("pk")).order_by().values("thread")
        count = Subquery(answers.annotate(total=Count("pk")).values("total"), output_field=IntegerField())
        roots = roots.annotate(answer_count=Coalesce(count, 0))
    return roots.order_by(*ORDERS.get(order, ORDERS[OLDEST]))


def number_of_threads(discussion: Discussion, user: AnyUser) -> int:
    """Returns the number of threads visible to `user`."""
    return roots_of(discussion, user).count()


def number_of_threads_under(discussion: OuterRef, user: AnyUser) -> Coalesce:
    """Returns `number_of_threads` as a subquery on objects with a `discussion`."""
    counted = roots_of(discussion, user).order_by().values("discussion").annotate(total=Count("pk"))
    return Coalesce(Subquery(counted.values("total")), 0)


def requested_discussion(
    request: HttpRequest, discussion: Discussion, *, now: datetime, total: int | None = None
) -> ThreadList:
    """Returns the page of `discussion` requested in the URL. See `read_discussion`."""
    page, order = request.GET.get("page"), request.GET.get("ordre")
    return read_discussion(discussion, request.user, page_number=page, order=order, total=total, now=now)


def read_discussion(
    discussion: Discussion,
    user: AnyUser,
    *,
    page_number: str | None,
    now: datetime,
    order: str | None = None,
    total: int | None = None,
) -> ThreadList:
    """Returns the page `page_number` of `discussion`, with four queries for any number of comments.

    A fifth query loads mentions if a text has an « @ »; a sixth, the replies to a comment that `user` has just
    published. The caller has checked that the subject is public, and loaded the discussion `with_subject()`. `total`
    is the number of threads, if already known.
    """
    order = order if order in ORDERS else OLDEST
    total = number_of_threads(discussion, user) if total is None else total
    root_comments = roots_of(discussion, user, order).select_related("author") if total else ()
    paginator = Paginator(root_comments, THREADS_PER_PAGE)
    paginator.count = total
    page = paginator.get_page(page_number)
    roots = list(page.object_list)
    replies = _replies(discussion, user, roots)
    is_open = permissions.is_open_to_comments(discussion, now)
    nodes = _nodes(discussion, user, [*roots, *replies], now=now)
    threads = {root.pk: nodes[root.pk] for root in roots}
    for reply in replies:
        threads[reply.thread_id or 0].replies.append(nodes[reply.pk])
    form = None
    if user.is_authenticated and permissions.can_comment(user, discussion, now):
        form = comment_form(is_read_first=permissions.is_read_first(user, discussion.call, now))
    opens_at = None if is_open else permissions.opens_at(permissions.Act.COMMENT, discussion.call, now)
    return ThreadList(discussion, page, list(threads.values()), is_open, order, form, opens_at)


def _replies(discussion: Discussion, user: AnyUser, roots: list[Comment]) -> list[Comment]:
    """Returns the comments of `discussion` visible to `user` in the threads of `roots`, oldest first."""
    if not roots:
        return []
    visible = Comment.objects.shown_in(discussion, user).select_related("author")
    return list(visible.filter(thread__in=roots, parent__isnull=False).order_by("created_at", "pk"))


def _nodes(discussion: Discussion, user: AnyUser, comment_list: list[Comment], *, now: datetime) -> dict[int, Node]:
    """Returns the node of each comment of `comment_list`, by primary key."""
    today = timezone.localdate(now)
    comments = {comment.pk: comment for comment in comment_list}
    for comment in comment_list:
        comment.discussion = discussion
    editable = permissions.editable_comments(user, comment_list, now)
    sitting, teams = _roles(today) if comment_list else (frozenset(), frozenset())
    mentioned = _mentioned(comments)

    def node(comment: Comment) -> Node:
        is_own = comment.is_author(user)
        return Node(
            comment=comment,
            is_own=is_own,
            by_member=comment.author_id in sitting,
            by_team=comment.author_id in teams,
            can_edit=comment.pk in editable,
            can_withdraw=is_own and permissions.can_withdraw_comment(user, comment),
            mentioned=mentioned[comment.pk],
            answered_name=_answered_name(comment, comments),
            due=_due(comment, today) if is_own else None,
        )

    return {comment.pk: node(comment) for comment in comment_list}


def _answered_name(comment: Comment, comments: Mapping[int, Comment]) -> str:
    """Returns the author of the comment that `comment` answers, if it is not the first one of the thread."""
    answered = comments.get(comment.parent_id or 0) if comment.depth > 1 else None
    return answered.display_name if answered and not answered.is_removed else ""


def _due(comment: Comment, today: date) -> date | None:
    if comment.state != Comment.State.RECEIVED:
        return None
    due = reading_due_on(timezone.localdate(comment.created_at))
    return due if due >= today else None


def _mentioned(comments: Mapping[int, Comment]) -> dict[int, list[str]]:
    """Returns the mentioned names by comment; no query if no text has an « @ »."""
    names: dict[int, list[str]] = defaultdict(list)
    if pks := [comment.pk for comment in comments.values() if "@" in comment.body]:
        rows = Mention.objects.filter(comment__in=pks).values_list("comment", "user__public_name")
        for comment_id, name in rows:
            names[comment_id].append(name)
    return names


def _roles(today: date) -> tuple[frozenset[int], frozenset[int]]:
    """Returns the user ids of sitting members, and of the team: accounts with a group."""
    users_by_role: dict[str, set[int]] = {SITS: set(), TEAM: set()}
    for user_id, role in _accounts_with_a_role(today):
        users_by_role[role].add(user_id)
    return frozenset(users_by_role[SITS]), frozenset(users_by_role[TEAM])


def _accounts_with_a_role(today: date) -> QuerySet:
    """Returns rows of user id and `SITS` or `TEAM`. One query: few users have a role, many write."""
    sitting = Member.objects.sitting(today).filter(user__isnull=False).order_by()
    teams = User.groups.through.objects.order_by()
    return sitting.values_list("user_id", Value(SITS)).union(teams.values_list("user_id", Value(TEAM)))


def page_of(comment: Comment, user: AnyUser) -> int:
    """Returns the number of the page of the discussion that shows `comment` to `user`."""
    root = comment.thread or comment
    before = roots_of(comment.discussion, user).filter(
        Q(created_at__lt=root.created_at) | Q(created_at=root.created_at, pk__lt=root.pk)
    )
    return before.count() // THREADS_PER_PAGE + 1


def comment_url(comment: Comment, user: AnyUser, *, anchor: str = "") -> str:
    """Returns the URL of `comment` for `user`: the page of its thread, and its anchor or `anchor`."""
    page_number = page_of(comment, user)
    query = f"?page={page_number}" if page_number > 1 else ""
    return f"{comment.discussion.subject_url}{query}#{anchor or comment.anchor}"
