"""Mail that invites a member to create an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cms.models import SiteConfiguration
from committee.invitations.queries import without_account
from committee.models import AccountInvitation
from committee.models.invitations import INVITATION_MAIL
from common.urls import absolute_url
from mailing.content import MailContent
from mailing.models import Message
from mailing.notifications import DeferredNotification, DropReason, Recipient, Writer


@dataclass(frozen=True)
class AccountInvited(DeferredNotification):
    """Invites a member. The mail has no name, so a wrong recipient learns nothing.

    Dropped at sending if the member has an account by then, no longer sits, or was invited at another address.
    """

    invitation: AccountInvitation

    kind = INVITATION_MAIL
    verbose_name = gettext_lazy("Invitation to create an account")
    template = "emails/committee/account_invited"
    subjects = (gettext_lazy("Create your account of the committee"),)

    @classmethod
    def invite(cls, invitation: AccountInvitation, *, now: datetime) -> None:
        """Enqueues the mail."""
        key = f"{cls.kind}:{invitation.pk}:{invitation.sent_at.timestamp():.0f}:{invitation.email}"
        recipient = Recipient(invitation.email, key=key, context={"invitation": invitation.pk})
        cls.plan([recipient], now=now, expires_at=invitation.expires_at)

    def context(self) -> dict[str, Any]:
        query = {"email": self.invitation.email, "next": reverse("committee:area")}
        return {
            "email": self.invitation.email,
            "begins_on": self.invitation.begins_on,
            "until": timezone.localdate(self.invitation.expires_at),
            "url": absolute_url(reverse("account_signup", query=query)),
            "refusal_url": absolute_url(self.invitation.refusal_url) if self.invitation.pk else "",
        }

    def reply_to(self) -> list[str]:
        return [SiteConfiguration.load().contact_email]

    @classmethod
    def writer(cls, messages: Sequence[Message], *, now: datetime) -> Writer:
        invited = without_account(timezone.localdate(now)).values("pk")
        keys = {message.context["invitation"] for message in messages}
        invitations = AccountInvitation.objects.waiting(now).filter(member__in=invited).in_bulk(keys)

        def write(message: Message) -> MailContent | DropReason:
            invitation = invitations.get(message.context["invitation"])
            if invitation is None or invitation.email != message.to_email:
                return DropReason(Message.State.CANCELLED, "the member is not invited at this address any more")
            return cls(invitation).content()

        return write
