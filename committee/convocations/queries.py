"""Reads of convocations: why one cannot be sent, who gets a mail, the state of each mail."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from committee.models import Convened, Convocation, Member, Seat, SessionPage
from committee.models.attendance_rules import day_of
from committee.queries.seats import seats_on
from common.templatetags.dates import short_day
from mailing.models import Message

KIND = "committee.convocation"


def session_refusal(session: SessionPage, *, now: datetime) -> str:
    """Returns why `session` has no convocation at `now`, whoever sits; "" when it may have one."""
    if not SessionPage.objects.published().filter(pk=session.pk).exists():
        return _("Publish the session first: the message leads to its page.")
    if session.is_cancelled:
        return _("This session is cancelled.")
    if session.starts_at <= now:
        return _("This session has begun.")
    return ""


def refusal_reason(session: SessionPage, members: list[Member], *, now: datetime) -> str:
    """Returns why a convocation of `members` to `session` cannot be sent at `now`; "" when it can."""
    if reason := session_refusal(session, now=now):
        return reason
    if not members:
        nobody = _("Nobody sits on %(day)s, the day of the session. Write the mandates in the list of members first.")
        return nobody % {"day": short_day(session.starts_at)}
    return ""


def has_email(member: Member) -> bool:
    """Returns whether `member` has an active account."""
    return member.user is not None and member.user.is_active


def called_by(session: SessionPage) -> list[Member]:
    """Returns the members whom a convocation calls: those who sit on the day of `session`, by name. One query."""
    return list(Member.objects.sitting(day_of(session)).select_related("user"))


@dataclass(frozen=True)
class Sheet:
    """What a convocation on paper says to one member: the seat on the day of the session, and who else fills it."""

    member: Member
    seat: Seat | None = None
    holder: Member | None = None
    substitute: Member | None = None

    @property
    def replaces(self) -> Member | None:
        """The holder, where this member is the substitute."""
        return self.holder if self.holder != self.member else None

    @property
    def replaced_by(self) -> Member | None:
        """The substitute, where this member holds the seat."""
        return self.substitute if self.substitute != self.member else None


def sheets_for(session: SessionPage, members: list[Member]) -> list[Sheet]:
    """Returns a sheet for each of `members`. Two queries."""
    seats = {one: filled for filled in seats_on(day_of(session)) for one in filled.people}
    return [
        Sheet(one, filled.seat, filled.holder, filled.substitute) if (filled := seats.get(one)) else Sheet(one)
        for one in members
    ]


def dedupe_key_of(convocation: Convocation, member: Member) -> str:
    """Returns the `dedupe_key` of the mail: enqueued twice, it is sent once."""
    return f"{KIND}:{convocation.pk}:{member.pk}"


def deliveries(convocation: Convocation) -> list[tuple[Convened, str]]:
    """Returns the members called by `convocation`, each with the state of the mail, in words. Two queries."""
    called = list(convocation.convened.select_related("member"))
    keys = {dedupe_key_of(convocation, one.member): one for one in called}
    states = {
        message.dedupe_key: message.get_state_display()
        for message in Message.objects.filter(dedupe_key__in=keys).only("dedupe_key", "state")
    }
    otherwise = _("No account: to be told otherwise")
    return [(one, states.get(key, otherwise if not one.by_mail else _("Sent long ago"))) for key, one in keys.items()]
