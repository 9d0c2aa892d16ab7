"""Follows of discussions: who, which, and why."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from participation.models.comments import Discussion
from participation.models.proposals import Proposal

if TYPE_CHECKING:
    from accounts.models import User


class FollowQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Follows that nobody stopped."""
        return self.filter(muted=False)

    def proposals_of(self, user: "User") -> Self:
        """Follows of `user` on proposals that anyone may read, the latest first."""
        shown = self.standing().filter(user=user, discussion__proposal__state__in=Proposal.PUBLIC_STATES)
        return shown.select_related("discussion__proposal").order_by("-pk")

    def readable(self, user: "User") -> Self:
        """Follows of `user` on proposals and pages that anyone may read, the latest first."""
        shown = self.standing().filter(user=user, discussion__in=Discussion.objects.public().values("pk"))
        return shown.select_related("discussion__proposal", "discussion__page").order_by("-pk")


class Follow(models.Model):
    """A person follows a discussion, hence the proposal or the page that it belongs to.

    Stopping keeps the row, muted: what the person does next must not make her follow again without being asked.
    """

    class Source(models.TextChoices):
        OWN = "own", _("You made this proposal.")
        COMMENTED = "commented", _("You wrote a comment here.")
        SUPPORTED = "supported", _("You support this proposal.")
        CHOSEN = "chosen", _("You asked for it.")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="follows")
    source = models.CharField(_("why"), max_length=10, choices=Source)
    muted = models.BooleanField(_("stopped"), default=False)
    # When it began, or began again: what was there before, she has seen.
    created_at = models.DateTimeField()

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [models.UniqueConstraint(fields=["user", "discussion"], name="participation_follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} / {self.discussion_id}"
