"""Follows of discussions: user, discussion and reason."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from participation.models.comments import Discussion
from participation.models.proposals import Proposal


class FollowQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Returns the follows that were not stopped."""
        return self.filter(muted=False)

    def proposals_of(self, user: User) -> Self:
        """Returns the follows of `user` on public proposals, the latest first."""
        follows = self.standing().filter(user=user, discussion__proposal__state__in=Proposal.PUBLIC_STATES)
        return follows.select_related("discussion__proposal").order_by("-pk")

    def readable(self, user: User) -> Self:
        """Returns the follows of `user` on public proposals and pages, the latest first."""
        follows = self.standing().filter(user=user, discussion__in=Discussion.objects.public().values("pk"))
        return follows.select_related("discussion__proposal", "discussion__page").order_by("-pk")


class Follow(models.Model):
    """Follow of a discussion, and of its proposal or page, by a user.

    Stopping keeps the row as muted, so that later actions of the user do not follow again without consent.
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
    # Beginning, or last restart: earlier events count as seen.
    created_at = models.DateTimeField()

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [models.UniqueConstraint(fields=["user", "discussion"], name="participation_follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} / {self.discussion_id}"
