"""Comments: post, edit and withdraw."""

import uuid
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from common.sanitising import clean_text
from common.search.removing import remove_from_search
from participation import permissions
from participation.errors import AlreadySent, DiscussionClosed, EditClosed, NotInvited, TooMany, WrongState
from participation.models import Comment, Discussion, Follow, Report
from participation.notifications.replies import notify_concerned_users
from participation.services.counters import refresh_comment_counts
from participation.services.follows import follow_automatically
from participation.services.moderation import publish_unread
from participation.services.repeats import COMPARED_TEXTS, REPEATED_WITHIN, is_like_one_of
from participation.services.reports import answer_reports_of_removed

COMMENTS_PER_HOUR = 20


@transaction.atomic
def post_comment(
    *,
    author: User,
    discussion: Discussion,
    body: str,
    key: uuid.UUID,
    now: datetime,
    parent: Comment | None = None,
    position: Comment.Position = Comment.Position.NEUTRAL,
) -> Comment:
    """Saves a comment, or a reply to `parent`, which waits for moderation or is published at once, as the call
    defines.

    Idempotent for one `key`. The rate limit is counted in the database, so it does not depend on the cache. Raises
    `DiscussionClosed`, `NotInvited`, `TooMany`, `AlreadySent` for a text that the user sent within a week,
    `PermissionDenied` for another user's key or for a reply to an unpublished comment.
    """
    if sent := Comment.objects.filter(idempotency_key=key).first():
        return permissions.require_author(sent, author)
    _check_permission(author, discussion, now)
    if parent:
        parent = _lock_answered(parent, author, discussion, now)
    if Comment.objects.filter(author=author, created_at__gt=now - timedelta(hours=1)).count() >= COMMENTS_PER_HOUR:
        raise TooMany
    body = clean_text(body)
    recent = Comment.objects.standing(author, since=now - REPEATED_WITHIN).values_list("body", flat=True)
    if is_like_one_of(body, recent[:COMPARED_TEXTS]):
        raise AlreadySent
    is_read_first = permissions.is_read_first(author, discussion.call, now)
    comment, created = Comment.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "author": author,
            "discussion": discussion,
            "parent": parent,
            "thread_id": (parent.thread_id or parent.pk) if parent else None,
            "depth": parent.depth + 1 if parent else 0,
            "position": position,
            "body": body,
            "created_at": now,
            "state": Comment.State.RECEIVED if is_read_first else Comment.State.PUBLISHED,
            "published_at": None if is_read_first else now,
            "needs_review": not is_read_first,
        },
    )
    if created:
        follow_automatically(user=author, discussion=discussion, source=Follow.Source.COMMENTED, now=now)
        if not is_read_first:
            publish_unread(comment, now=now)
    return permissions.require_author(comment, author)


def _check_permission(author: User, discussion: Discussion, now: datetime) -> None:
    if not permissions.can_comment(author, discussion, now):
        is_open = permissions.is_open_to_comments(discussion, now)
        raise NotInvited(discussion.call) if is_open and discussion.call else DiscussionClosed


def _lock_answered(parent: Comment, author: User, discussion: Discussion, now: datetime) -> Comment:
    """Locks the answered comment, which serialises replies with edits and withdrawals by its author."""
    parent = Comment.objects.select_related("discussion").select_for_update(of=("self",)).get(pk=parent.pk)
    if parent.discussion_id != discussion.pk:
        raise PermissionDenied
    parent.discussion = discussion
    if not permissions.can_reply(author, parent, now):
        raise PermissionDenied
    return parent


@transaction.atomic
def edit_comment(
    *, comment: Comment, author: User, body: str, now: datetime, position: Comment.Position | None = None
) -> Comment:
    """Replaces the text of a comment, keeps the earlier one for moderators, and marks a public comment for review.

    `position` replaces the opinion. Without a change, does nothing. Raises `PermissionDenied` for another user's
    comment, `EditClosed`.
    """
    comment = _lock(comment, author)
    body = clean_text(body)
    if position is None:
        position = Comment.Position(comment.position)
    if (comment.body, comment.position) == (body, position):
        return comment
    if not permissions.can_edit_comment(author, comment, now):
        raise EditClosed
    if comment.body != body:
        comment.versions.create(body=comment.body, replaced_at=now)
        comment.needs_review = comment.state == Comment.State.PUBLISHED
    comment.body, comment.position, comment.edited_at = body, position, now
    comment.save(update_fields=["body", "position", "edited_at", "needs_review"])
    if comment.state == Comment.State.PUBLISHED:
        notify_concerned_users(comment, answered=False, now=now)
    return comment


@transaction.atomic
def withdraw_comment(*, comment: Comment, author: User, now: datetime) -> Comment:
    """Withdraws a comment for its author.

    A published one leaves a placeholder; the counters are updated. Idempotent. Raises `PermissionDenied` for another
    user's comment, `WrongState` for one removed by moderation.
    """
    comment = _lock(comment, author)
    if comment.is_withdrawn:
        return comment
    if not permissions.can_withdraw_comment(author, comment):
        raise WrongState
    withdraw_comments(comments=Comment.objects.filter(pk=comment.pk), now=now)
    comment.refresh_from_db(fields=["state", "state_changed_at", "needs_review"])
    return comment


@transaction.atomic
def withdraw_comments(*, comments: QuerySet[Comment], now: datetime) -> None:
    """Withdraws `comments`, which the caller has checked, with a constant number of statements.

    Each reported comment costs more, because its reports are answered.
    """
    pks = list(comments.select_for_update().order_by("pk").values_list("pk", flat=True))
    withdrawn = Comment.objects.filter(pk__in=pks)
    withdrawn.update(state=Comment.State.WITHDRAWN, state_changed_at=now, needs_review=False)
    remove_from_search(withdrawn)
    discussions = Discussion.objects.filter(pk__in=withdrawn.order_by().values("discussion")).order_by("pk")
    # Locked in primary key order, to avoid deadlocks between two erasures.
    locked = list(discussions.select_for_update().values_list("pk", flat=True))
    refresh_comment_counts(discussions=Discussion.objects.filter(pk__in=locked))
    reported = Report.objects.waiting().filter(comment__in=withdrawn.order_by().values("pk")).values("comment")
    for comment in withdrawn.with_context().filter(pk__in=reported):
        answer_reports_of_removed(comment, moderator=None, now=now)


def _lock(comment: Comment, author: User) -> Comment:
    """Returns the current row under a lock, which excludes changes and replies during the transaction."""
    rows = Comment.objects.select_related("discussion__proposal__call", "discussion__page__callpage")
    return permissions.require_author(rows.select_for_update(of=("self",)).get(pk=comment.pk), author)
