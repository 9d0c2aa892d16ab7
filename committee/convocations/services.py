"""Convocations: whom each calls to a session, and what became of the mails."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from committee.convocations.notifications import SessionConvened, has_address
from committee.models import Convened, Convocation, Member, SessionPage
from mailing.models import Message

if TYPE_CHECKING:
    from accounts.models import User


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
    SessionConvened(convocation, members).send(now=now)
    log(session, "committee.convene", user=sender, data={"convocation": convocation.pk, "members": len(members)})
    return convocation


def deliveries(convocation: Convocation) -> list[tuple[Convened, str]]:
    """Returns whom `convocation` called, each with what became of the mail, in words. Two queries."""
    called = list(convocation.convened.select_related("member"))
    keys = {SessionConvened.key_of(convocation, one.member): one for one in called}
    states = {
        message.dedupe_key: message.get_state_display()
        for message in Message.objects.filter(dedupe_key__in=keys).only("dedupe_key", "state")
    }
    otherwise = _("No account: to be told otherwise")
    return [(one, states.get(key, otherwise if not one.by_mail else _("Sent long ago"))) for key, one in keys.items()]
