"""Mail about a published comment, sent at once to the answered author, mentioned users, and authors of the proposal."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.hooks import opted_out
from accounts.models import User
from common.urls import absolute_url
from mailing.notifications import Notification, Recipient
from participation.models import Comment, Follow, Mention
from participation.notifications.mentions import named_in
from participation.notifications.recipients import address_left_for
from participation.queries.discussions import comment_url


class ReplyReason(Enum):
    """Reason why a comment concerns a user, the strongest first: one mail covers all of them."""

    ANSWERED = "answered"
    NAMED = "named"
    # A comment that opens a thread on the user's proposal. Replies among others are in the digest.
    AUTHOR = "author"


@dataclass(frozen=True)
class CommentConcerns(Notification):
    """Informs `user` of a published comment that concerns them, and how to unsubscribe."""

    comment: Comment
    user: User
    reason: ReplyReason

    kind = "participation.comment-concerns"
    verbose_name = gettext_lazy("Comment on one’s proposal, answer or mention")
    template = "emails/participation/comment_concerns"
    subjects = ANSWERED, NAMED, COMMENTED = (
        gettext_lazy("%(name)s answered you about “%(title)s”"),
        gettext_lazy("%(name)s named you about “%(title)s”"),
        gettext_lazy("%(name)s commented on your proposal “%(title)s”"),
    )

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.user.email)]

    @property
    def name(self) -> str:
        return self.comment.display_name or _("A person")

    def subject(self) -> str:
        match self.reason:
            case ReplyReason.ANSWERED:
                words = self.ANSWERED
            case ReplyReason.NAMED:
                words = self.NAMED
            case ReplyReason.AUTHOR:
                words = self.COMMENTED
        return words % {"name": self.name, "title": self.comment.discussion.subject_title}

    def context(self) -> dict[str, Any]:
        return {
            "comment": self.comment,
            "name": self.name,
            "why": self.reason.value,
            "url": absolute_url(comment_url(self.comment, AnonymousUser())),
            "mute_url": absolute_url(self.comment.discussion.follow_url),
        }


def notify_concerned_users(comment: Comment, *, answered: bool, now: datetime) -> None:
    """Stores the mentions of a published comment, and enqueues one mail to each user concerned.

    Users who have unsubscribed are left out. `answered` is True if the comment is new to readers: the answered
    author and the authors of the proposal get the mail. Mentioned users get it once, even if the text changes later.
    """
    reasons: dict[User, ReplyReason] = {}
    if answered and comment.parent is not None and comment.parent.author is not None:
        reasons[comment.parent.author] = ReplyReason.ANSWERED
    for user in named_in(comment):
        if Mention.objects.get_or_create(comment=comment, user=user)[1]:
            reasons.setdefault(user, ReplyReason.NAMED)
    if answered and comment.parent_id is None and comment.discussion.proposal is not None:
        for user in comment.discussion.proposal.writers():
            reasons.setdefault(user, ReplyReason.AUTHOR)
    reasons = {user: reason for user, reason in reasons.items() if user.pk != comment.author_id}
    if not reasons:
        return
    keys = [user.pk for user in reasons]
    muting = Follow.objects.filter(discussion=comment.discussion_id, muted=True, user__in=keys)
    muted = set(muting.values_list("user_id", flat=True)) | opted_out(keys)
    author = address_left_for(comment).lower()
    for user, reason in reasons.items():
        if user.is_active and user.pk not in muted and user.email != author:
            CommentConcerns(comment, user, reason).send(now=now)
