"""Send a convocation, or its cancellation, and note who was told otherwise.

One row for each member, one mail for each who has an account.
"""

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
    """Calls all members who sit on the day of `session`, or those who arrived since the others were called.

    A second message to a member corrects the first: it also goes to who was called for another day. If the session is
    cancelled, it says so to those who were called and do not know. Idempotent for one `key`. The link of the session,
    where it has one, is the one that is sent. Raises `ConvocationRefused`, also where nobody would be told. Members
    without an account get no mail: their row says that they are to be told otherwise.
    """
    # Two editors who send at once wait for each other.
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
        is_correction=any(one.pk in calls.received for one in members),
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
    """Records that somebody called, or wrote to, a member whom the e-mail did not reach. Idempotent."""
    convened.by_mail = False
    convened.save(update_fields=["by_mail"])
    logger.info("account %s: member %s was told otherwise", actor.pk, convened.member_id)
