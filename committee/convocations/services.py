"""Sends a convocation, or its cancellation: one row for each member, and one mail for each member with an account."""

import logging
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from wagtail.log_actions import log

from committee.convocations.notifications import SessionConvened
from committee.convocations.queries.calls import calls_of, has_email, refusal_reason
from committee.errors import ConvocationRefused
from committee.models import Convened, Convocation, SessionPage

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)


@transaction.atomic
def convene(
    *,
    session: SessionPage,
    words: str,
    online_link: str,
    sender: "User",
    key: uuid.UUID,
    now: datetime,
    only_arrived: bool = False,
) -> Convocation:
    """Calls all members who sit on the day of `session`, or only those who arrived since the last convocation.

    A second message to a member corrects the first, and also goes to members who were called for another day. A
    cancellation goes to the members who were called and are not yet informed. Idempotent for one `key`. The link of
    the session, if set, replaces `online_link`. Members without an account get no mail: their row marks them as to
    be informed otherwise. Raises `ConvocationRefused`, also if there is no recipient.
    """
    # Serialises two editors who send at the same time.
    session = SessionPage.objects.select_for_update().get(pk=session.pk)
    if sent := Convocation.objects.filter(key=key).first():
        return sent
    calls = calls_of(session, now)
    members = calls.recipients(only_arrived=only_arrived)
    if reason := refusal_reason(session, members, now=now):
        raise ConvocationRefused(reason)
    convocation = Convocation.objects.create(
        key=key,
        session=session,
        words=words,
        online_link="" if session.is_cancelled else session.online_link or online_link,
        is_correction=any(member.pk in calls.received for member in members),
        is_cancellation=session.is_cancelled,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=session.place,
        sent_at=now,
        sent_by=sender,
    )
    Convened.objects.bulk_create(
        Convened(convocation=convocation, member=member, by_mail=has_email(member)) for member in members
    )
    SessionConvened.call(convocation, members, now=now)
    log(session, "committee.convene", user=sender, data={"convocation": convocation.pk, "members": len(members)})
    return convocation


def set_told_otherwise(*, convened: Convened, actor: "User") -> None:
    """Records that a member whose mail failed was informed by phone or letter. Idempotent."""
    convened.by_mail = False
    convened.save(update_fields=["by_mail"])
    logger.info("account %s: member %s was told otherwise", actor.pk, convened.member_id)
