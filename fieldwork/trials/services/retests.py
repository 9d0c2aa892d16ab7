"""New trials: somebody else than those who repaired a finding looks whether it is gone. Nothing else closes one."""

import uuid
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.sanitising import clean_text
from fieldwork import permissions
from fieldwork.errors import FindingMoved, RetestDayOutOfRange, RetestRefused, TooManyTrials
from fieldwork.models import Finding, FindingStep, Retest
from fieldwork.trials.services.states import move
from participation.services.states import lock

State = Finding.State
RETESTS_PER_DAY = 20


@transaction.atomic
def retest(
    *,
    finding: Finding,
    tester: User,
    outcome: Retest.Outcome | str,
    tested_on: date,
    key: uuid.UUID,
    now: datetime,
    version: str = "",
    note: str = "",
) -> Retest:
    """Saves a new trial, and what follows from it: verified, or come back, also after it was verified.

    Sent twice with the same `key` it returns the first one. A new trial that works of what is verified already is kept
    and moves nothing. Raises `RetestRefused` for those who repaired it or said so and for the city, `FindingMoved` for
    what is not to be tried now, `TooManyTrials`, `RetestDayOutOfRange` (before the last change, or in the future), and
    `PermissionDenied` for what the person may not read or the key of somebody else.
    """
    if sent := Retest.objects.filter(idempotency_key=key).first():
        if sent.tester_id != tester.pk or sent.finding_id != finding.pk:
            raise PermissionDenied
        return sent
    finding, _none = lock(finding)
    if not permissions.can_read_finding(tester, finding):
        raise PermissionDenied
    if finding.state not in Finding.RETESTABLE_STATES:
        raise FindingMoved
    if not permissions.can_retest(tester, finding):
        raise RetestRefused
    if Retest.objects.filter(tester=tester, created_at__gt=now - timedelta(days=1)).count() >= RETESTS_PER_DAY:
        raise TooManyTrials
    if not timezone.localdate(finding.state_changed_at) <= tested_on <= timezone.localdate(now):
        raise RetestDayOutOfRange
    made = Retest.objects.create(
        finding=finding,
        tested_on=tested_on,
        version=" ".join(clean_text(version).split()),
        tester=tester,
        outcome=outcome,
        note=clean_text(note).strip(),
        created_at=now,
        idempotency_key=key,
        said_fixed_by=finding.said_fixed_by,
        fixed_by=finding.fixed_by,
    )
    state = State.VERIFIED if outcome == Retest.Outcome.WORKS else State.CAME_BACK
    if finding.state != state:
        move(finding, state, role=FindingStep.Role.TESTER, actor=tester, now=now, retest=made)
    return made
