"""Whom a convocation calls, and what its mails say. They are written when they leave: what changed since is in them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms.models import SiteConfiguration
from committee.directory.services import Shared, shared_with
from committee.exports.calendars import attachment_of
from committee.models import Convened, Convocation, Member, SessionPage
from committee.queries.seats import FilledSeat, seats_on
from common.templatetags.dates import in_paris, short_day
from common.urls import absolute_url
from mailing.content import MailContent
from mailing.hooks import Drop, Writer
from mailing.models import Message
from mailing.rendering import render_mail
from mailing.services import Draft, enqueue

if TYPE_CHECKING:
    from accounts.models import User

KIND = "committee.convocation"


class ConvocationError(Exception):
    """Why the members cannot be called to a session, as a sentence for who tried."""


def refusal(session: SessionPage, *, now: datetime) -> str:
    """Returns why nobody can be called to `session` at `now`; "" when they can."""
    if not SessionPage.objects.published().filter(pk=session.pk).exists():
        return _("Publish the session first: the message leads to its page.")
    if session.is_cancelled:
        return _("This session is cancelled.")
    if session.starts_at <= now:
        return _("This session has begun.")
    return ""


@transaction.atomic
def convene(
    *, session: SessionPage, words: str, online_link: str, sender: "User", key: uuid.UUID, now: datetime
) -> Convocation:
    """Calls everybody who sits on the day of `now` to `session`. The same `key` gives the same convocation.

    Raises `ConvocationError`. Members without an account get no mail; they are recorded as to be told otherwise.
    """
    # Two people who press at once wait for each other.
    session = SessionPage.objects.select_for_update().get(pk=session.pk)
    if sent := Convocation.objects.filter(key=key).first():
        return sent
    if reason := refusal(session, now=now):
        raise ConvocationError(reason)
    convocation = Convocation.objects.create(
        key=key,
        session=session,
        words=words,
        online_link=online_link,
        is_correction=session.convocations.exists(),
        sent_at=now,
        sent_by=sender,
    )
    members = list(Member.objects.sitting(timezone.localdate(now)).select_related("user"))
    Convened.objects.bulk_create(
        Convened(convocation=convocation, member=member, by_mail=has_address(member)) for member in members
    )
    drafts = [
        Draft(
            kind=KIND,
            to_email=member.user.email,
            dedupe_key=key_of(convocation, member),
            context={"convocation": convocation.pk, "member": member.pk},
        )
        for member in members
        if has_address(member) and member.user
    ]
    enqueue(drafts=drafts, now=now, expires_at=session.starts_at)
    log(session, "committee.convene", user=sender, data={"convocation": convocation.pk, "members": len(members)})
    return convocation


def has_address(member: Member) -> bool:
    return member.user is not None and member.user.is_active


def key_of(convocation: Convocation, member: Member) -> str:
    """The `dedupe_key` of the mail: planned twice, it leaves once."""
    return f"{KIND}:{convocation.pk}:{member.pk}"


def deliveries(convocation: Convocation) -> list[tuple[Convened, str]]:
    """Returns whom `convocation` called, each with what became of the mail, in words. Two queries."""
    called = list(convocation.convened.select_related("member"))
    keys = {key_of(convocation, one.member): one for one in called}
    states = {
        message.dedupe_key: message.get_state_display()
        for message in Message.objects.filter(dedupe_key__in=keys).only("dedupe_key", "state")
    }
    otherwise = _("No account: to be told otherwise")
    return [(one, states.get(key, otherwise if not one.by_mail else _("Sent long ago"))) for key, one in keys.items()]


@dataclass(frozen=True)
class Partner:
    """The other person on the seat of a member, with what that person lets this member see."""

    name: str
    is_substitute: bool
    shared: Shared

    @property
    def ways(self) -> str:
        """« 06 12 34 56 78, nora@courriel.example »."""
        return ", ".join(self.shared[field] for field in ("phone", "email") if field in self.shared)


def partner_of(member: Member, seats: Sequence[FilledSeat], shared: Mapping[int, Shared]) -> Partner | None:
    """Returns whom `member` tells when one of the two on a seat cannot come."""
    for filled in seats:
        if member in filled.people:
            other = filled.substitute if member == filled.holder else filled.holder
            return Partner(other.name, other == filled.substitute, shared.get(other.pk, {})) if other else None
    return None


def write(convocation: Convocation, *, partner: Partner | None = None) -> MailContent:
    """The mail: date, hours, place, access, agenda, link, whom to tell, and a file for calendars."""
    session, configuration = convocation.session, SiteConfiguration.load()
    day = short_day(session.starts_at)
    subject = (
        _("Corrected convocation: session of %(day)s")
        if convocation.is_correction
        else _("Convocation: session of %(day)s")
    ) % {"day": day}
    context: dict[str, Any] = {
        "subject": subject,
        "convocation": convocation,
        "session": session,
        "agenda": list(session.agenda_items.all()),
        "partner": partner,
        "url": absolute_url(session.get_url() or ""),
        "area_url": absolute_url(reverse("committee:convocations")),
        "absence_url": absolute_url(reverse("committee:absence")),
        **configuration.help_by_phone,
    }
    text, html = render_mail("emails/convocation", context)
    return MailContent(
        subject=subject,
        text=text,
        html=html,
        reply_to=[configuration.contact_email],
        attachments=[attachment_of(session)],
    )


def render_convocations(messages: Sequence[Message], *, now: datetime) -> Writer:
    """The `mail_renderer` of convocations. Who sits no more, or has another address now, gets nothing."""
    today = timezone.localdate(now)
    found = Convocation.objects.select_related("session").in_bulk({one.context["convocation"] for one in messages})
    members = Member.objects.sitting(today).select_related("user").in_bulk({one.context["member"] for one in messages})
    readable = set(SessionPage.objects.published().scheduled().values_list("pk", flat=True))
    seats = {convocation.pk: seats_on(in_paris(convocation.session.starts_at).date()) for convocation in found.values()}

    def written(message: Message) -> MailContent | Drop:
        convocation, member = found.get(message.context["convocation"]), members.get(message.context["member"])
        if convocation is None or convocation.session_id not in readable:
            return Drop(Message.State.CANCELLED, "the session is cancelled or gone")
        if member is None or member.user is None or not has_address(member) or member.user.email != message.to_email:
            return Drop(Message.State.CANCELLED, "the member sits no more or moved")
        partner = partner_of(member, seats[convocation.pk], shared_with(member.user, today))
        return write(convocation, partner=partner)

    return written
