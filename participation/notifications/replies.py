"""Mail about a published comment, at once: to whom it answers, to whom it names, to the authors of its proposal."""

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


class Why(Enum):
    """Why a comment concerns somebody, the strongest reason first: one mail is sent for all of them."""

    ANSWERED = "answered"
    NAMED = "named"
    # A comment that opens a thread on a proposal of theirs. What others answer each other there the letter tells.
    AUTHOR = "author"


@dataclass(frozen=True)
class CommentConcerns(Notification):
    """Tells `person` that a published comment concerns them, and how to receive no more of these."""

    comment: Comment
    person: User
    why: Why

    kind = "participation.comment-concerns"
    verbose_name = gettext_lazy("Comment on one’s proposal, answer or mention")
    template = "emails/participation/comment_concerns"

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.person.email)]

    @property
    def name(self) -> str:
        return self.comment.display_name or _("A person")

    def subject(self) -> str:
        match self.why:
            case Why.ANSWERED:
                words = _("%(name)s answered you about “%(title)s”")
            case Why.NAMED:
                words = _("%(name)s named you about “%(title)s”")
            case Why.AUTHOR:
                words = _("%(name)s commented on your proposal “%(title)s”")
        return words % {"name": self.name, "title": self.comment.discussion.subject_title}

    def context(self) -> dict[str, Any]:
        return {
            "comment": self.comment,
            "name": self.name,
            "why": self.why.value,
            "url": absolute_url(comment_url(self.comment, AnonymousUser())),
            "mute_url": absolute_url(self.comment.discussion.follow_url),
        }


def tell_who_is_concerned(comment: Comment, *, answered: bool, now: datetime) -> None:
    """Keeps the mentions of a published comment, and queues one mail to each person concerned who did not stop.

    `answered` says that the comment is new to readers: the person answered and the authors of the proposal are told.
    Those named are told once, whatever is changed later.
    """
    concerned: dict[User, Why] = {}
    if answered and comment.parent is not None and comment.parent.author is not None:
        concerned[comment.parent.author] = Why.ANSWERED
    for person in named_in(comment):
        if Mention.objects.get_or_create(comment=comment, user=person)[1]:
            concerned.setdefault(person, Why.NAMED)
    if answered and comment.parent_id is None and comment.discussion.proposal is not None:
        for person in comment.discussion.proposal.writers():
            concerned.setdefault(person, Why.AUTHOR)
    concerned = {person: why for person, why in concerned.items() if person.pk != comment.author_id}
    if not concerned:
        return
    keys = [person.pk for person in concerned]
    muting = Follow.objects.filter(discussion=comment.discussion_id, muted=True, user__in=keys)
    muted = set(muting.values_list("user_id", flat=True)) | opted_out(keys)
    author = address_left_for(comment).lower()
    for person, why in concerned.items():
        if person.is_active and person.pk not in muted and person.email != author:
            CommentConcerns(comment, person, why).send(now=now)
