"""Invitations of members to create an account."""

from datetime import date, datetime, time, timedelta
from typing import Self

from django.core import signing
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.models.members import Member

INVITATION_MAIL = "committee.account-invited"
INVITATION_LIFE = timedelta(days=30)
INVITATION_SALT = "committee.invitation"


class AccountInvitationQuerySet(models.QuerySet):
    def waiting(self, now: datetime) -> Self:
        """Returns the invitations that still link an account to the seat at `now`."""
        return self.filter(refused_at=None).exclude(email="").exclude(self._is_over(now))

    def over(self, now: datetime) -> Self:
        """Returns the invitations that have ended at `now`, and still have an address."""
        return self.filter(self._is_over(now)).exclude(email="")

    @staticmethod
    def _is_over(now: datetime) -> Q:
        return Q(valid_until__lte=now) | Q(valid_until=None, sent_at__lte=now - INVITATION_LIFE)


class AccountInvitation(models.Model):
    """Latest invitation of a member to create an account, and its address.

    The account that verifies this address becomes the member's, and the row is deleted. The address is erased after
    thirty days without an answer, which begin with the mandate if it is to come, and when the member declines.
    """

    member = models.OneToOneField(Member, verbose_name=_("member"), on_delete=models.CASCADE, related_name="invitation")
    email = models.EmailField(_("e-mail address"), blank=True)
    sent_at = models.DateTimeField(_("sent at"))
    # Empty in rows of earlier versions, which end `INVITATION_LIFE` after they were sent.
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)

    objects = AccountInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to create an account")
        verbose_name_plural = _("invitations to create an account")
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~Q(email=""), name="committee_invitation_one_of_an_address"
            ),
            models.CheckConstraint(
                condition=Q(refused_at=None) | Q(email=""), name="committee_invitation_refused_without_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @classmethod
    def new(cls, member: Member, email: str, *, begins_on: date, now: datetime) -> Self:
        """Returns an invitation of `member`, whose mandate begins on `begins_on`, without saving it."""
        first = max(now, timezone.make_aware(datetime.combine(begins_on, time.min)))
        return cls(member=member, email=email, sent_at=now, valid_until=first + INVITATION_LIFE)

    @property
    def expires_at(self) -> datetime:
        return self.valid_until or self.sent_at + INVITATION_LIFE

    @property
    def begins_on(self) -> date | None:
        """First day of the mandate if it was to come when the invitation was sent; None if it had begun."""
        first = self.expires_at - INVITATION_LIFE
        return timezone.localdate(first) if first > self.sent_at else None

    def is_waiting(self, now: datetime) -> bool:
        """Returns whether the invitation is open, as `waiting()` does for a queryset."""
        return bool(self.email) and self.refused_at is None and now < self.expires_at

    @property
    def refusal_url(self) -> str:
        """Signed URL in the mail for declining the invitation."""
        token = signing.dumps([self.pk, self.sent_at.timestamp()], salt=INVITATION_SALT)
        return reverse("committee:decline_invitation", args=[token])

    @classmethod
    def of_token(cls, token: str, now: datetime) -> "AccountInvitation | None":
        """Returns the invitation of a signed token, if it is open at `now` and no later mail replaced it."""
        try:
            key, sent_at = signing.loads(token, salt=INVITATION_SALT)
        except (signing.BadSignature, TypeError, ValueError):
            return None
        invitation = cls.objects.waiting(now).filter(pk=key).first()
        return invitation if invitation and invitation.sent_at.timestamp() == sent_at else None
