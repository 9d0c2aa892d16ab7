"""Appeals: requests for a second reading of a text that moderation hides, and their answers."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from accounts.models import User
from common.sanitising import clean_text
from common.shown import BY_PROGRAM, Shown, require_shown
from participation import permissions
from participation.errors import ReasonMissing, SamePerson, WrongState
from participation.models import Appeal, Decision, DeskEntry
from participation.notifications.moderation import AppealReceived, AppealUpheld
from participation.services.moderation import decide
from participation.services.reports import lock_text

APPEAL_FOR = "participation.appeal_for"


@transaction.atomic
def appeal(*, decision: Decision, author: User, body: str, now: datetime) -> Appeal:
    """Creates an appeal of the author against a refusal, and informs the team by mail.

    Idempotent: the first request is kept. Raises `PermissionDenied` for another user's text, `WrongState` if the
    text is shown by now or nothing was refused.
    """
    if not decision.text.is_author(author):
        raise PermissionDenied
    if not permissions.can_appeal(author, decision) and not hasattr(decision, "appeal"):
        raise WrongState
    return _appeal(decision, body, now=now)[0]


@transaction.atomic
def appeal_for(*, entry: DeskEntry, agent: User, body: str, now: datetime) -> Appeal:
    """Creates an appeal for a person without an account, whose text `agent` entered.

    Idempotent: the first request is kept. Raises `PermissionDenied`, and `WrongState` if nothing is refused.
    """
    if not permissions.can_enter_for_others(agent):
        raise PermissionDenied
    decision = entry.standing_refusal
    if decision is None:
        raise WrongState
    appeal, created = _appeal(decision, body, now=now)
    if created:
        log(entry.text, APPEAL_FOR, user=agent)
    return appeal


def _appeal(decision: Decision, body: str, *, now: datetime) -> tuple[Appeal, bool]:
    """Returns the only appeal against `decision`, and whether it is new; a new one is sent to the team."""
    appeal, created = Appeal.objects.get_or_create(
        decision=decision, defaults={"body": clean_text(body), "created_at": now}
    )
    if created:
        AppealReceived(appeal).send(now=now)
    return appeal, created


@transaction.atomic
def decide_appeal(
    *,
    appeal: Appeal,
    overturned: bool,
    moderator: User,
    shown: Shown,
    now: datetime,
    reason: str = "",
) -> Appeal:
    """Answers an appeal: publishes the text, or confirms the refusal with a new reason.

    The author is informed by mail. Idempotent: the first answer is kept. Raises `PermissionDenied` without the
    permission to moderate, `SamePerson` for the moderator of the first decision, `ReasonMissing` for a confirmation
    without a reason, `ChangedMeanwhile` if the appeal or its text is not as `shown`.
    """
    text = lock_text(appeal.decision.text)
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if not permissions.can_moderate(moderator, text):
        raise PermissionDenied
    if not appeal.is_waiting:
        return appeal
    if not permissions.can_decide_appeal(moderator, appeal):
        raise SamePerson
    require_shown(shown, appeal, appeal.fingerprint)
    reason = clean_text(reason).strip()
    if not overturned and not reason:
        raise ReasonMissing
    appeal.outcome = Appeal.Outcome.OVERTURNED if overturned else Appeal.Outcome.UPHELD
    appeal.reason, appeal.decided_by, appeal.decided_at = reason, moderator, now
    appeal.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    log(text, f"participation.appeal_{appeal.outcome}", user=moderator, data={"reason": reason})
    if overturned:
        decide(
            text=text,
            state=text.State.PUBLISHED,
            moderator=moderator,
            # Part of what the appeal showed.
            shown=BY_PROGRAM,
            now=now,
            waiting_since=appeal.created_at,
        )
    else:
        AppealUpheld(appeal).send(now=now)
    return appeal
