"""Mail of a convocation: date, hours, place, access, agenda, link, the other person on the seat, a calendar file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.models import SiteConfiguration
from committee.convocations.queries import KIND, called_by, dedupe_key_of, has_email
from committee.directory.queries import Shared, shared_with
from committee.exports.calendars import attachment_of
from committee.models import Convocation, Member, SessionPage
from committee.models.attendance_rules import day_of
from committee.queries.seats import FilledSeat, seats_on
from common.templatetags.dates import short_day
from common.urls import absolute_url
from mailing.content import Attachment, MailContent
from mailing.models import Message
from mailing.notifications import DeferredNotification, Drop, Recipient, Writer


@dataclass(frozen=True)
class Partner:
    """The other person on the seat of a member, with the contact details that this member may see."""

    name: str
    is_substitute: bool
    shared: Shared

    @property
    def ways(self) -> str:
        """« 06 12 34 56 78, nora@courriel.example »."""
        return ", ".join(self.shared[field] for field in ("phone", "email") if field in self.shared)


def partner_of(member: Member, seats: Sequence[FilledSeat], shared: Mapping[int, Shared]) -> Partner | None:
    """Returns the other person on the seat of `member`: each tells the other when they cannot come."""
    for filled in seats:
        if member in filled.people:
            other = filled.substitute if member == filled.holder else filled.holder
            return Partner(other.name, other == filled.substitute, shared.get(other.pk, {})) if other else None
    return None


@dataclass(frozen=True)
class SessionConvened(DeferredNotification):
    """Calls a member to a session.

    Cancelled for who does not sit on the day of the session any more, or has another e-mail, when it leaves.
    """

    convocation: Convocation
    partner: Partner | None = None

    kind = KIND
    verbose_name = gettext_lazy("Convocation to a session")
    template = "emails/convocation"

    @classmethod
    def call(cls, convocation: Convocation, members: Sequence[Member], *, now: datetime) -> None:
        """Plans the mails to those of `members` who have an account."""
        recipients = [
            Recipient(
                member.user.email,
                key=dedupe_key_of(convocation, member),
                context={"convocation": convocation.pk, "member": member.pk},
            )
            for member in members
            if has_email(member) and member.user
        ]
        cls.plan(recipients, now=now, expires_at=convocation.session.starts_at)

    def subject(self) -> str:
        words = (
            _("Corrected convocation: session of %(day)s")
            if self.convocation.is_correction
            else _("Convocation: session of %(day)s")
        )
        return words % {"day": short_day(self.convocation.session.starts_at)}

    def subject_line(self, subject: str) -> str:
        """Nobody's words are in it: the no-break spaces stay."""
        return subject

    def context(self) -> dict[str, Any]:
        session = self.convocation.session
        return {
            "convocation": self.convocation,
            "session": session,
            "agenda": list(session.agenda_items.all()),
            "partner": self.partner,
            "url": absolute_url(session.get_url() or ""),
            "area_url": absolute_url(reverse("committee:convocations")),
            "absence_url": absolute_url(reverse("committee:absence")),
        }

    def reply_to(self) -> list[str]:
        return [SiteConfiguration.load().contact_email]

    def attachments(self) -> list[Attachment]:
        return [attachment_of(self.convocation.session)]

    @classmethod
    def writer(cls, messages: Sequence[Message], *, now: datetime) -> Writer:
        today = timezone.localdate(now)
        found = Convocation.objects.select_related("session").in_bulk({one.context["convocation"] for one in messages})
        readable = set(SessionPage.objects.published().scheduled().values_list("pk", flat=True))
        called = {one.pk: {member.pk: member for member in called_by(one.session)} for one in found.values()}
        seats = {one.pk: seats_on(day_of(one.session)) for one in found.values()}

        def write(message: Message) -> MailContent | Drop:
            convocation = found.get(message.context["convocation"])
            if convocation is None or convocation.session_id not in readable:
                return Drop(Message.State.CANCELLED, "the session is cancelled or gone")
            member = called[convocation.pk].get(message.context["member"])
            user = member.user if member and has_email(member) else None
            if member is None or user is None or user.email != message.to_email:
                return Drop(Message.State.CANCELLED, "the member sits no more or moved")
            partner = partner_of(member, seats[convocation.pk], shared_with(user, today))
            return cls(convocation, partner=partner).content()

        return write
