"""Mail about a published comment, at once, to the person whom it answers and to those whom it names."""

from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True)
class CommentConcerns(Notification):
    """Tells `person` that a published comment answers her, or names her; says how to receive no more of these."""

    comment: Comment
    person: User
    is_answer: bool

    kind = "participation.comment-concerns"
    verbose_name = gettext_lazy("Answer to a comment, or mention")
    template = "emails/participation/comment_concerns"

    def recipients(self) -> list[Recipient]:
        return [Recipient(self.person.email)]

    @property
    def name(self) -> str:
        return self.comment.display_name or _("A person")

    def subject(self) -> str:
        words = (
            _("%(name)s answered you about “%(title)s”")
            if self.is_answer
            else _("%(name)s named you about “%(title)s”")
        )
        return words % {"name": self.name, "title": self.comment.discussion.subject_title}

    def context(self) -> dict[str, Any]:
        return {
            "comment": self.comment,
            "name": self.name,
            "is_answer": self.is_answer,
            "url": absolute_url(comment_url(self.comment, AnonymousUser())),
            "mute_url": absolute_url(self.comment.discussion.follow_url),
        }


def tell_who_is_concerned(comment: Comment, *, answered: bool, now: datetime) -> None:
    """Keeps the mentions of a published comment, and queues one mail to each person concerned who did not stop.

    `answered` says that the person answered is to be told; those named are told once, whatever is changed later.
    """
    concerned = []
    parent = comment.parent if answered else None
    if parent is not None and parent.author is not None and parent.author_id != comment.author_id:
        concerned.append((parent.author, True))
    for person in named_in(comment):
        created = Mention.objects.get_or_create(comment=comment, user=person)[1]
        if created and all(person != other for other, _is_answered in concerned):
            concerned.append((person, False))
    if not concerned:
        return
    muted = set(
        Follow.objects.filter(
            discussion=comment.discussion_id, muted=True, user__in=[person.pk for person, _answered in concerned]
        ).values_list("user_id", flat=True)
    )
    muted |= opted_out([person.pk for person, _answered in concerned])
    author = address_left_for(comment).lower()
    for person, is_answered in concerned:
        if person.is_active and person.pk not in muted and person.email != author:
            CommentConcerns(comment, person, is_answered).send(now=now)
