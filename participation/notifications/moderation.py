"""Mails of moderation: decisions to authors, and appeals."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext_lazy

from common.urls import absolute_url
from mailing.hooks import contact_address
from mailing.notifications import Notification, Recipient
from participation.models import Addendum, Appeal, Comment, Decision, Proposal
from participation.models.texts import ModeratedText
from participation.notifications.recipients import notified_addresses
from participation.queries.discussions import comment_url


@dataclass(frozen=True)
class ProposalModerated(Notification):
    """Informs the authors of a decision about their proposal; a refusal includes the reason and how to appeal.

    In a preview, `decision` is None. The account `actor_id`, which made the decision, gets no mail.
    """

    proposal: Proposal
    decision: Decision | None = None
    actor_id: int | None = None

    kind = "participation.proposal-moderated"
    verbose_name = gettext_lazy("Decision of moderation on a proposal")
    template = "emails/participation/proposal_moderated"
    subjects = PUBLISHED, REFUSED = (
        gettext_lazy("Your proposal no. %(number)s is published"),
        gettext_lazy("Your proposal no. %(number)s is not published"),
    )

    def recipients(self) -> list[Recipient]:
        return [Recipient(email) for email in notified_addresses(self.proposal, actor_id=self.actor_id)]

    def subject(self) -> str:
        words = self.PUBLISHED if self.proposal.is_public else self.REFUSED
        return words % {"number": self.proposal.pk}

    def context(self) -> dict[str, Any]:
        return {
            "proposal": self.proposal,
            "url": absolute_url(self.proposal.get_absolute_url()),
            "appeal_url": _appeal_url(self.decision),
        }


@dataclass(frozen=True)
class CommentModerated(Notification):
    """Informs the author of a comment, in the same way."""

    comment: Comment
    decision: Decision | None = None

    kind = "participation.comment-moderated"
    verbose_name = gettext_lazy("Decision of moderation on a comment")
    template = "emails/participation/comment_moderated"
    subjects = PUBLISHED, REMOVED = (
        gettext_lazy("Your comment on “%(title)s” is published"),
        gettext_lazy("Your comment on “%(title)s” is removed"),
    )

    def recipients(self) -> list[Recipient]:
        return [Recipient(email) for email in notified_addresses(self.comment)]

    @property
    def is_published(self) -> bool:
        return self.comment.state == Comment.State.PUBLISHED

    def subject(self) -> str:
        words = self.PUBLISHED if self.is_published else self.REMOVED
        return words % {"title": self.comment.discussion.subject_title}

    def context(self) -> dict[str, Any]:
        return {
            "comment": self.comment,
            "title": self.comment.discussion.subject_title,
            "published": self.is_published,
            "url": absolute_url(comment_url(self.comment, AnonymousUser())) if self.is_published else "",
            "appeal_url": _appeal_url(self.decision),
        }


@dataclass(frozen=True)
class AddendumModerated(Notification):
    """Informs all authors of a proposal about a decision on an addendum, in the same way."""

    addendum: Addendum
    decision: Decision | None = None

    kind = "participation.addendum-moderated"
    verbose_name = gettext_lazy("Decision of moderation on an addendum")
    template = "emails/participation/addendum_moderated"
    subjects = PUBLISHED, HIDDEN = (
        gettext_lazy("Your addition to proposal no. %(number)s is published"),
        gettext_lazy("Your addition to proposal no. %(number)s is not shown"),
    )

    def recipients(self) -> list[Recipient]:
        return [Recipient(email) for email in notified_addresses(self.addendum)]

    def subject(self) -> str:
        words = self.PUBLISHED if self.addendum.is_published else self.HIDDEN
        return words % {"number": self.addendum.proposal_id}

    def context(self) -> dict[str, Any]:
        return {
            "addendum": self.addendum,
            "url": absolute_url(f"{self.addendum.proposal.get_absolute_url()}#{self.addendum.anchor}"),
            "appeal_url": _appeal_url(self.decision),
        }


def moderated(text: ModeratedText) -> Notification:
    """Returns the mail about the state of `text`, as previewed by a moderator before deciding."""
    classes = {Proposal: ProposalModerated, Comment: CommentModerated, Addendum: AddendumModerated}
    return classes[type(text)](text)


def _appeal_url(decision: Decision | None) -> str:
    """Returns the URL of the appeal form. In a preview, the decision has no number yet."""
    return absolute_url(reverse("participation:appeal", args=[decision.pk if decision else 0]))


@dataclass(frozen=True)
class AppealReceived(Notification):
    """Informs the team of an appeal."""

    appeal: Appeal

    kind = "participation.appeal-received"
    verbose_name = gettext_lazy("Second look asked for, to the team")
    template = "emails/participation/appeal_received"
    subjects = (gettext_lazy("An author asks for a second look"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(contact_address())]

    def context(self) -> dict[str, Any]:
        url = reverse("wagtailsnippets_participation_appeal:inspect", args=[self.appeal.pk])
        return {"appeal": self.appeal, "admin_url": absolute_url(url)}


@dataclass(frozen=True)
class AppealUpheld(Notification):
    """Informs the author that a second reader has confirmed the decision, with its text.

    If the text is published after all, the mail about the publication is sent instead.
    """

    appeal: Appeal

    kind = "participation.appeal-upheld"
    verbose_name = gettext_lazy("Second look: same decision")
    template = "emails/participation/appeal_upheld"
    subjects = (gettext_lazy("Another person has read your text again"),)

    def recipients(self) -> list[Recipient]:
        return [Recipient(email) for email in notified_addresses(self.appeal.decision.text)]

    def context(self) -> dict[str, Any]:
        url = reverse("participation:appeal", args=[self.appeal.decision_id])
        return {"appeal": self.appeal, "url": absolute_url(url)}
