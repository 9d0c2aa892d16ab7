"""Co-authors of proposals, and invitations to become one."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AnyUser
from participation.models.proposals import Proposal

INVITATION_LIFE = timedelta(days=30)
INVITATION_SALT = "participation.invitation"


class CoAuthorManager(models.Manager["CoAuthor"]):
    """Selects the account with the row, because both are always used together."""

    def get_queryset(self) -> models.QuerySet["CoAuthor"]:
        return super().get_queryset().select_related("user")


class CoAuthor(models.Model):
    """User who accepted to be co-author of a proposal. Deleted with the account."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="co_authorships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="co_authorships")
    since = models.DateTimeField(_("since"))

    objects = CoAuthorManager()

    class Meta:
        verbose_name = _("co-author")
        verbose_name_plural = _("co-authors")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "user"], name="participation_coauthor_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id} / {self.user_id}"


class InvitationQuerySet(models.QuerySet):
    def standing(self, now: datetime) -> Self:
        """Returns the invitations that may still be answered or shown at `now`."""
        return self.filter(created_at__gt=now - INVITATION_LIFE)

    def waiting(self, now: datetime) -> Self:
        return self.standing(now).filter(state=Invitation.State.WAITING)

    def over(self, now: datetime) -> Self:
        """Returns expired invitations in any state: their addresses are no longer needed."""
        return self.filter(created_at__lte=now - INVITATION_LIFE)


class Invitation(models.Model):
    """Address invited to join the authors of a proposal. Erased after 30 days."""

    class State(models.TextChoices):
        WAITING = "attend", pgettext_lazy("invitation", "Waiting")
        ACCEPTED = "acceptee", pgettext_lazy("invitation", "Accepted")
        DECLINED = "refusee", pgettext_lazy("invitation", "Declined")
        WITHDRAWN = "reprise", pgettext_lazy("invitation", "Taken back")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("sent at"), db_index=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "email"], name="participation_invitation_once")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def expires_at(self) -> datetime:
        return self.created_at + INVITATION_LIFE

    def is_waiting(self, now: datetime) -> bool:
        """Returns whether the invitation is open, as `waiting()` does for a queryset."""
        return self.state == self.State.WAITING and now < self.expires_at

    def is_for(self, user: AnyUser) -> bool:
        """Returns whether `user` holds the invited address."""
        return user.is_authenticated and user.email == self.email

    @property
    def public_title(self) -> str:
        """Title if it is public and a moderator has read it; else "", because strangers must not get unread texts."""
        is_readable = self.proposal.is_public and not self.proposal.needs_review
        return self.proposal.title if is_readable else ""

    @property
    def url(self) -> str:
        """Signed URL for the mail."""
        return reverse("participation:invitation", args=[signing.dumps(self.pk, salt=INVITATION_SALT)])

    @staticmethod
    def key_of(token: str) -> int | None:
        """Returns the primary key in the signed `token` of a URL, None if the signature is invalid."""
        try:
            return signing.loads(token, salt=INVITATION_SALT)
        except signing.BadSignature:
            return None
