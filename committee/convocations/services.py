"""Send a convocation: one row for each member who is called, one mail for each who has an account."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from wagtail.log_actions import log

from committee.convocations.notifications import SessionConvened
from committee.convocations.queries import called_by, has_email, refusal_reason
from committee.errors import ConvocationRefused
from committee.models import Convened, Convocation, SessionPage

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def convene(
    *, session: SessionPage, words: str, online_link: str, sender: "User", key: uuid.UUID, now: datetime
) -> Convocation:
    """Calls all members who sit on the day of `session`. Idempotent for one `key`.

    Raises `ConvocationRefused`, also where nobody would be called. Members without an account get no mail: their row
    says that they are to be told otherwise.
    """
    # Two editors who send at once wait for each other.
    session = SessionPage.objects.select_for_update().get(pk=session.pk)
    if sent := Convocation.objects.filter(key=key).first():
        return sent
    members = called_by(session)
    if reason := refusal_reason(session, members, now=now):
        raise ConvocationRefused(reason)
    convocation = Convocation.objects.create(
        key=key,
        session=session,
        words=words,
        online_link=online_link,
        is_correction=session.convocations.exists(),
        sent_at=now,
        sent_by=sender,
    )
    Convened.objects.bulk_create(
        Convened(convocation=convocation, member=member, by_mail=has_email(member)) for member in members
    )
    SessionConvened.call(convocation, members, now=now)
    log(session, "committee.convene", user=sender, data={"convocation": convocation.pk, "members": len(members)})
    return convocation
