"""Mail of a message to committee members: office mail, without an unsubscribe link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from cms.models import SiteConfiguration
from committee.convocations.queries.calls import has_email
from digests.models import MEMBER_MESSAGE, AddressedMember, Newsletter
from digests.notifications.newsletter import NewsletterBlock, parts_of
from digests.queries.audience import members_of
from digests.queries.member_messages import dedupe_key_of
from mailing.content import MailContent
from mailing.models import Batch, Message
from mailing.notifications import DeferredNotification, DropReason, Recipient, Writer


@dataclass(frozen=True)
class MemberMessage(DeferredNotification):
    """Message for one member. Dropped at sending if they have left the group, or have another e-mail address."""

    newsletter: Newsletter
    parts: Sequence[NewsletterBlock]

    kind = MEMBER_MESSAGE
    verbose_name = gettext_lazy("Message to members of the committee")
    template = "emails/member_message"

    @classmethod
    def plan_for(
        cls, addressed: Sequence[AddressedMember], *, now: datetime, batch: Batch, expires_at: datetime
    ) -> None:
        """Enqueues the mails to those of `addressed` who have an account."""
        recipients = [
            Recipient(
                addressee.member.user.email,
                key=dedupe_key_of(addressee),
                context={"newsletter": addressee.newsletter_id, "member": addressee.member_id},
            )
            for addressee in addressed
            if addressee.by_mail and addressee.member.user
        ]
        cls.plan(recipients, now=now, batch=batch, expires_at=expires_at)

    def subject(self) -> str:
        return self.newsletter.subject

    def subject_line(self, subject: str) -> str:
        """Returns `subject` unchanged: it was written on one line, with its no-break spaces."""
        return subject

    def reply_to(self) -> list[str]:
        return [SiteConfiguration.load().contact_email]

    def context(self) -> dict[str, Any]:
        return {"parts": self.parts}

    @classmethod
    def writer(cls, messages: Sequence[Message], *, now: datetime) -> Writer:
        newsletters = Newsletter.objects.select_related("session").in_bulk(
            {message.context["newsletter"] for message in messages}
        )
        members = {
            newsletter.pk: {member.pk: member for member in members_of(newsletter, now=now)}
            for newsletter in newsletters.values()
        }
        parts = {newsletter.pk: list(parts_of(newsletter)) for newsletter in newsletters.values()}

        def write(message: Message) -> MailContent | DropReason:
            newsletter = newsletters.get(message.context["newsletter"])
            if newsletter is None:
                return DropReason(Message.State.CANCELLED, "the message is gone")
            member = members[newsletter.pk].get(message.context["member"])
            user = member.user if member and has_email(member) else None
            if user is None or user.email != message.to_email:
                return DropReason(Message.State.CANCELLED, "the member left the group or moved")
            return cls(newsletter, parts[newsletter.pk]).content()

        return write
