"""Mail of a convocation: date, hours, place, access, agenda, link, partner on the seat, calendar file.

A correction lists the changes; a cancellation removes the event.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cms.models import SiteConfiguration
from committee.attendance.queries.absences import announced
from committee.convocations.queries.calls import SessionCalls, calls_of, changes_since, has_email, known_facts
from committee.convocations.queries.deliveries import KIND, dedupe_key_of
from committee.directory.queries import Shared, shared_with
from committee.exports.calendars import invitation_to
from committee.models import Convocation, Member, SessionPage
from committee.models.attendance_rules import day_of
from committee.queries.seats import FilledSeat, seats_on
from committee.queries.session_contents import SessionContents, contents_of
from common.templatetags.dates import short_day
from common.urls import absolute_url
from mailing.content import Attachment, MailContent, sender_address, without_examples
from mailing.models import Message
from mailing.notifications import DeferredNotification, DropReason, Recipient, Writer


@dataclass(frozen=True)
class Partner:
    """The other person on the seat of a member, with the contact details visible to this member."""

    name: str
    is_substitute: bool
    shared: Shared
    # True if this person has announced an absence.
    is_absent: bool = False

    @property
    def ways(self) -> str:
        """« 06 12 34 56 78, nora@courriel.example »."""
        return ", ".join(self.shared[field] for field in ("phone", "email") if field in self.shared)


def partner_of(
    member: Member, seats: Sequence[FilledSeat], shared: Mapping[int, Shared], absent: Container[int | None]
) -> Partner | None:
    """Returns the other person on the seat of `member`; `absent` has the primary keys of members who cannot come."""
    for filled in seats:
        if member in filled.people:
            other = filled.substitute if member == filled.holder else filled.holder
            if other is None:
                return None
            return Partner(other.name, other == filled.substitute, shared.get(other.pk, {}), other.pk in absent)
    return None


@dataclass(frozen=True)
class SessionConvened(DeferredNotification):
    """Calls a member to a session, or informs them that it changed or is cancelled.

    At sending, dropped if the member sits neither on the day of the session nor on that of an earlier convocation,
    or has changed e-mail address.
    """

    convocation: Convocation
    contents: SessionContents
    partner: Partner | None = None
    # Earlier convocation of this member that this one corrects.
    corrected: Convocation | None = None
    # True if the member sits on the day of the session.
    is_expected: bool = True
    # True if the member has announced an absence, which a new day may change.
    is_absent: bool = False
    # True if the member may read members' documents: they sit when the mail is sent.
    reads_documents: bool = False
    email: str = ""

    kind = KIND
    verbose_name = gettext_lazy("Convocation to a session")
    template = "emails/convocation"
    subjects = CANCELLED, CORRECTED, CONVENED = (
        gettext_lazy("The session of %(day)s is cancelled"),
        gettext_lazy("Corrected convocation: session of %(day)s"),
        gettext_lazy("Convocation: session of %(day)s"),
    )

    @classmethod
    def call(cls, convocation: Convocation, members: Sequence[Member], *, now: datetime) -> None:
        """Enqueues the mails to those of `members` who have an account."""
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

    @classmethod
    def sample(
        cls, convocation: Convocation, calls: SessionCalls, members: Sequence[Member], *, now: datetime
    ) -> "SessionConvened":
        """Returns the mail of the first of `members` with the most changes; `convocation` is unsaved."""
        first = next((member for member in members if member in calls.outdated), members[0] if members else None)
        corrected = calls.before(convocation, first) if first else None
        contents = contents_of([convocation.session], now)[convocation.session.pk]
        return cls(convocation, contents, corrected=corrected, reads_documents=True)

    def subject(self) -> str:
        if self.convocation.is_cancellation:
            text = self.CANCELLED
        elif self.corrected:
            text = self.CORRECTED
        else:
            text = self.CONVENED
        return text % {"day": short_day(self._announced().starts_at)}

    def _announced(self) -> SessionPage | Convocation:
        """Returns the object that holds the facts of the mail; for a cancelled session, the facts the member knows."""
        session = self.convocation.session
        return known_facts(session, self.corrected) if self.convocation.is_cancellation else session

    def subject_line(self, subject: str) -> str:
        """Returns `subject` unchanged: it has no text by users, so its no-break spaces are safe."""
        return subject

    def context(self) -> dict[str, Any]:
        session = self.convocation.session
        return {
            "convocation": self.convocation,
            "session": session,
            "announced": self._announced(),
            "corrected": self.corrected,
            "changes": changes_since(self.corrected, session) if self.corrected else [],
            "is_expected": self.is_expected,
            "is_absent": self.is_absent,
            "contents": self.contents,
            "members_documents": self.contents.members_documents if self.reads_documents else [],
            "partner": self.partner,
            "url": absolute_url(session.get_url() or ""),
            "area_url": absolute_url(reverse("committee:convocations")),
            "absence_url": absolute_url(reverse("committee:absence")),
        }

    def reply_to(self) -> list[str]:
        return [SiteConfiguration.load().contact_email]

    def attachments(self) -> list[Attachment]:
        organizer = next(iter(without_examples(self.reply_to())), sender_address())
        session, expected = self.convocation.session, self.is_expected
        return [invitation_to(session, organizer=organizer, attendee=self.email, expected=expected)]

    @classmethod
    def writer(cls, messages: Sequence[Message], *, now: datetime) -> Writer:
        today = timezone.localdate(now)
        convocations = Convocation.objects.select_related("session").in_bulk(
            {message.context["convocation"] for message in messages}
        )
        readable = set(SessionPage.objects.published().values_list("pk", flat=True))
        calls = {convocation.pk: calls_of(convocation.session, now) for convocation in convocations.values()}
        contents = contents_of([convocation.session for convocation in convocations.values()], now)
        seats = {convocation.pk: seats_on(day_of(convocation.session)) for convocation in convocations.values()}
        sitting = set(Member.objects.sitting(today).values_list("pk", flat=True))
        absent = {
            convocation.pk: set(announced(convocation.session).values_list("member", flat=True))
            for convocation in convocations.values()
        }

        def write(message: Message) -> MailContent | DropReason:
            convocation = convocations.get(message.context["convocation"])
            if convocation is None or convocation.session_id not in readable:
                return DropReason(Message.State.CANCELLED, "the session is gone")
            if convocation.is_cancellation != convocation.session.is_cancelled:
                return DropReason(Message.State.CANCELLED, "the session is cancelled, or takes place after all")
            calls_of_session = calls[convocation.pk]
            members_by_pk = {member.pk: member for member in calls_of_session.convened}
            member = members_by_pk.get(message.context["member"])
            user = member.user if member and has_email(member) else None
            if member is None or user is None or user.email != message.to_email:
                return DropReason(Message.State.CANCELLED, "the member sits no more or moved")
            return cls(
                convocation,
                contents[convocation.session_id],
                partner=partner_of(member, seats[convocation.pk], shared_with(user, today), absent[convocation.pk]),
                corrected=calls_of_session.before(convocation, member),
                is_expected=member in calls_of_session.sitting,
                is_absent=member.pk in absent[convocation.pk],
                reads_documents=member.pk in sitting,
                email=user.email,
            ).content()

        return write
