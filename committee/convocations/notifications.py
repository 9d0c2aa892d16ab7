"""Mail of a convocation. It is written when it leaves: what changed since is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.models import SiteConfiguration
from committee.convocations.queries import has_address
from committee.directory.queries import Shared, shared_with
from committee.exports.calendars import attachment_of
from committee.models import Convocation, Member, SessionPage
from committee.queries.seats import FilledSeat, seats_on
from common.templatetags.dates import in_paris, short_day
from common.urls import absolute_url
from mailing.content import MailContent
from mailing.hooks import Drop, Writer
from mailing.models import Message
from mailing.rendering import render_mail


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
