"""Reads of convocations: why one cannot be sent, who gets a mail, the state of each mail."""

from datetime import datetime

from django.utils.translation import gettext as _

from committee.models import Convened, Convocation, Member, SessionPage
from mailing.models import Message

KIND = "committee.convocation"


def refusal_reason(session: SessionPage, *, now: datetime) -> str:
    """Returns why a convocation to `session` cannot be sent at `now`; "" when it can."""
    if not SessionPage.objects.published().filter(pk=session.pk).exists():
        return _("Publish the session first: the message leads to its page.")
    if session.is_cancelled:
        return _("This session is cancelled.")
    if session.starts_at <= now:
        return _("This session has begun.")
    return ""


def has_email(member: Member) -> bool:
    """Returns whether `member` has an active account."""
    return member.user is not None and member.user.is_active


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
