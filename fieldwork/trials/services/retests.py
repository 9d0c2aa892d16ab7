"""New trials by users not involved in the repair of a finding: the only way to close it."""

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
    """Saves a new trial, and moves the finding to verified or come back, the latter even if verified before.

    Idempotent by `key`: returns the first one. A successful trial of a verified finding is saved without a change of
    state. Raises `RetestRefused` for users involved in the repair and for the city, `FindingMoved` if the state does
    not allow a new trial, `TooManyTrials`, `RetestDayOutOfRange` (before the last change, or in the future), and
    `PermissionDenied` for an unreadable finding or a key of another user.
    """
    # Before the key is looked up: a second request with it waits here for the first one.
    finding, _none = lock(finding)
    if existing := Retest.objects.filter(idempotency_key=key).first():
        if existing.tester_id != tester.pk or existing.finding_id != finding.pk:
            raise PermissionDenied
        return existing
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
    created = Retest.objects.create(
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
        move(finding, state, role=FindingStep.Role.TESTER, actor=tester, now=now, retest=created)
    return created
