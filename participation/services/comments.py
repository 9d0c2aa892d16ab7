"""Writing, moderating and reporting comments."""

import uuid
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log
from wagtail.search import index

from accounts.models import User
from common.sanitising import clean_text
from participation import permissions
from participation.models import Comment, Discussion, Report
from participation.services import mails
from participation.services.counters import refresh_comment_count
from participation.services.decisions import decide, own, record
from participation.services.errors import AlreadySent, DiscussionClosed, TooMany
from participation.services.repeats import COMPARED_TEXTS, REPEATED_WITHIN, is_like_one_of

COMMENTS_PER_HOUR = 20
REPORTS_PER_HOUR = 20


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
    """Saves a comment, or a reply to `parent`, that waits to be read.

    Sent twice with the same `key` it returns the first one. The limit is counted in the database: it holds whatever
    the cache does. Raises `DiscussionClosed`, `TooMany`, `AlreadySent` for a text that the same person sent within a
    week, and `PermissionDenied` for the key of somebody else or for a reply to what is not published here.
    """
    if sent := Comment.objects.filter(idempotency_key=key).first():
        return own(sent, author)
    if not permissions.can_comment(author, discussion):
        raise DiscussionClosed
    if parent and (parent.discussion_id != discussion.pk or not permissions.can_reply(author, parent)):
        raise PermissionDenied
    if Comment.objects.filter(author=author, created_at__gt=now - timedelta(hours=1)).count() >= COMMENTS_PER_HOUR:
        raise TooMany
    body = clean_text(body)
    recent = Comment.objects.standing(author, since=now - REPEATED_WITHIN).values_list("body", flat=True)
    if is_like_one_of(body, recent[:COMPARED_TEXTS]):
        raise AlreadySent
    comment, _created = Comment.objects.get_or_create(
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
        },
    )
    return own(comment, author)


@transaction.atomic
def moderate_comment(
    *,
    comment: Comment,
    state: Comment.State,
    moderator: User,
    now: datetime,
    ground: str = "",
    reason: str = "",
    waiting_since: datetime | None = None,
) -> Comment:
    """Publishes or refuses a comment, corrects the counters, logs who and why, queues the mail to its author.

    Decided twice the same way, nothing happens the second time. Raises `PermissionDenied`, `WrongState` and, for a
    refusal, `ReasonMissing`.
    """
    if not permissions.can_moderate_comments(moderator):
        raise PermissionDenied
    comment = Comment.objects.select_for_update().get(pk=comment.pk)
    if comment.state == state:
        return comment
    before = comment.state
    action = decide(comment, state=state, reason=reason, now=now)
    comment.save(update_fields=["state", "state_reason", "state_changed_at", "published_at"])
    if state == Comment.State.REFUSED:
        index.remove_object(comment)
    refresh_comment_count(discussion=comment.discussion)
    log(comment, action, user=moderator, data={"reason": comment.state_reason})
    decision = record(
        comment,
        state=state,
        before=before,
        ground=ground,
        reason=reason,
        moderator=moderator,
        waiting_since=waiting_since,
        now=now,
    )
    mails.comment_moderated(comment, decision)
    return comment


@transaction.atomic
def report_comment(*, comment: Comment, author: User, reason: str, now: datetime) -> Report:
    """Keeps a report and tells the moderators by mail; the same person reporting again changes nothing.

    Raises `PermissionDenied` for one's own or an unpublished comment, `TooMany` above the limit.
    """
    if not permissions.can_report(author, comment):
        raise PermissionDenied
    report, created = Report.objects.get_or_create(
        comment=comment, author=author, defaults={"reason": clean_text(reason), "created_at": now}
    )
    if created:
        recent = Report.objects.filter(author=author, created_at__gt=now - timedelta(hours=1))
        if recent.count() > REPORTS_PER_HOUR:
            raise TooMany
        mails.comment_reported(report)
    return report
