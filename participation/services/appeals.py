"""Appeals of refusals: the request of the author, and the decision of another moderator."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from accounts.models import User
from common.sanitising import clean_text
from participation import permissions
from participation.errors import ReasonMissing, SamePerson, WrongState
from participation.models import Appeal, Decision
from participation.notifications import mails
from participation.services.moderation import moderate


@transaction.atomic
def appeal(*, decision: Decision, author: User, body: str, now: datetime) -> Appeal:
    """Asks, for the author of the text, that another person look at a refusal again, and tells the team by mail.

    Asked twice, the first request stands. Raises `PermissionDenied` for somebody else's text, `WrongState` when the
    text is shown by now or when nothing was refused.
    """
    if not decision.text.is_author(author):
        raise PermissionDenied
    if not permissions.can_appeal(author, decision):
        if existing := Appeal.objects.filter(decision=decision).first():
            return existing
        raise WrongState
    asked, created = Appeal.objects.get_or_create(
        decision=decision, defaults={"body": clean_text(body), "created_at": now}
    )
    if created:
        mails.appeal_received(asked)
    return asked


@transaction.atomic
def decide_appeal(*, appeal: Appeal, overturned: bool, moderator: User, now: datetime, reason: str = "") -> Appeal:
    """Decides an appeal: publishes the text after all, or confirms the refusal with a reason of its own.

    The author is told by mail. Decided twice, the first answer stands. Raises `PermissionDenied` without the right to
    moderate, `SamePerson` for whoever took the first decision, `ReasonMissing` for a confirmation without a reason.
    """
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    text = appeal.decision.text
    if not permissions.can_moderate(moderator, text):
        raise PermissionDenied
    if not appeal.is_waiting:
        return appeal
    if appeal.decision.moderator_id == moderator.pk:
        raise SamePerson
    reason = clean_text(reason).strip()
    if not overturned and not reason:
        raise ReasonMissing
    appeal.outcome = Appeal.Outcome.OVERTURNED if overturned else Appeal.Outcome.UPHELD
    appeal.reason, appeal.decided_by, appeal.decided_at = reason, moderator, now
    appeal.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    log(text, f"participation.appeal_{appeal.outcome}", user=moderator, data={"reason": reason})
    if overturned:
        moderate(text, "PUBLISHED", moderator=moderator, now=now, waiting_since=appeal.created_at)
    else:
        mails.appeal_upheld(appeal)
    return appeal
