"""Reports of a trial with its findings, sent by its tester or entered by an agent."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from accounts.models import User
from common.origins import Origin
from common.sanitising import clean_text, is_seen
from fieldwork import permissions
from fieldwork.errors import AlreadyReported, CampaignClosed, TooManyFindings, TooManyTrials, TrialDayOutOfRange
from fieldwork.models import Finding, FindingStep, Scenario, Trial
from fieldwork.trials.notifications import SensitiveReported
from participation.errors import FileNotDescribed
from participation.services.attachments import ValidatedFile, keep
from participation.services.repeats import COMPARED_TEXTS, REPEATED_WITHIN, is_like_one_of

TRIALS_PER_DAY = 20
MAX_FINDINGS = 10
ENTER = "fieldwork.enter_trial"


@dataclass(frozen=True)
class TrialInput:
    """Input of a trial."""

    device: Trial.Device | str
    outcome: Trial.Outcome | str
    browser: str = ""
    assistive_technology: Trial.Assistive | str = ""
    minutes: int | None = None
    ease: int | None = None
    comment: str = ""


@dataclass(frozen=True)
class FindingInput:
    """Input of a finding. Its picture was validated and re-encoded at upload."""

    what_happened: str
    severity: Finding.Severity | str
    expected: str = ""
    picture: ValidatedFile | None = None
    picture_description: str = ""
    is_sensitive: bool = False
    shows_assistive_technology: bool = False


def report_trial(
    *,
    tester: User,
    scenario: Scenario,
    tried: TrialInput,
    findings: Sequence[FindingInput],
    key: uuid.UUID,
    now: datetime,
) -> Trial:
    """Saves a trial of `tester` with its unread findings, atomically.

    Idempotent by `key`: returns the first trial. Raises `CampaignClosed`, `TooManyTrials`, `TooManyFindings`,
    `AlreadyReported` for a finding repeated by the same user within a week, `FileNotDescribed` for a picture, and
    `PermissionDenied` for a key of another user.
    """
    if existing := Trial.objects.filter(idempotency_key=key).first():
        return _require_tester(existing, tester)
    today = timezone.localdate(now)
    if not permissions.can_try(tester, scenario.campaign, today):
        raise CampaignClosed
    if Trial.objects.filter(tester=tester, created_at__gt=now - timedelta(days=1)).count() >= TRIALS_PER_DAY:
        raise TooManyTrials
    _refuse_repeats(findings, tester, now)
    trial = _save(scenario, tried, findings, key=key, now=now, tester=tester, tried_on=today)
    return _require_tester(trial, tester)


def enter_trial(
    *,
    agent: User,
    scenario: Scenario,
    tried: TrialInput,
    findings: Sequence[FindingInput],
    origin: Origin,
    tried_on: date,
    key: uuid.UUID,
    now: datetime,
) -> Trial:
    """Saves a trial without an account, from a sheet, a visit or a phone call according to `origin`.

    Idempotent by `key`: returns the first trial. Raises `PermissionDenied`, `CampaignClosed` later than 30 days after
    the end, `TrialDayOutOfRange`, and the exceptions of `report_trial` about findings and pictures.
    """
    if not permissions.can_enter_trials(agent) or origin == Origin.ONLINE:
        raise PermissionDenied
    if existing := Trial.objects.filter(idempotency_key=key).first():
        return existing
    today = timezone.localdate(now)
    if not permissions.enterable_campaigns(today).filter(pk=scenario.campaign_id).exists():
        raise CampaignClosed
    if tried_on > today or not scenario.campaign.starts_on <= tried_on <= scenario.campaign.ends_on:
        raise TrialDayOutOfRange
    trial = _save(scenario, tried, findings, key=key, now=now, agent=agent, origin=origin, tried_on=tried_on)
    log(trial, ENTER, user=agent, data={"origin": str(origin)})
    return trial


def _require_tester(trial: Trial, tester: User) -> Trial:
    if trial.tester_id != tester.pk:
        raise PermissionDenied
    return trial


def _refuse_repeats(findings: Sequence[FindingInput], tester: User, now: datetime) -> None:
    recent = Finding.objects.filter(trial__tester=tester, created_at__gt=now - REPEATED_WITHIN).order_by("-pk")
    texts = list(recent.values_list("what_happened", flat=True)[:COMPARED_TEXTS])
    if texts and any(is_like_one_of(clean_text(finding.what_happened), texts) for finding in findings):
        raise AlreadyReported


@transaction.atomic
def _save(
    scenario: Scenario, tried: TrialInput, findings: Sequence[FindingInput], *, key: uuid.UUID, now: datetime, **by: Any
) -> Trial:
    """Saves the rows, once per `key`."""
    if len(findings) > MAX_FINDINGS:
        raise TooManyFindings
    if any(finding.picture and not is_seen(finding.picture_description) for finding in findings):
        raise FileNotDescribed
    values = {**vars(tried), "browser": _line(tried.browser), "comment": clean_text(tried.comment).strip()}
    trial, created = Trial.objects.get_or_create(
        idempotency_key=key, defaults={"scenario": scenario, "created_at": now, **values, **by}
    )
    if created:
        for finding in findings:
            _save_finding(trial, finding, now)
    return trial


def _save_finding(trial: Trial, finding_input: FindingInput, now: datetime) -> None:
    finding = Finding(
        trial=trial,
        what_happened=clean_text(finding_input.what_happened).strip(),
        expected=clean_text(finding_input.expected).strip(),
        severity=finding_input.severity,
        is_sensitive=finding_input.is_sensitive,
        shows_assistive_technology=finding_input.shows_assistive_technology and bool(trial.assistive_technology),
        created_at=now,
        state_changed_at=now,
    )
    if picture := finding_input.picture:
        finding.picture_description = _line(finding_input.picture_description)
        finding.picture_width, finding.picture_height = picture.width, picture.height
        keep(finding.picture, picture)
    finding.save(force_insert=True)
    FindingStep.objects.create(
        finding=finding, at=now, to_state=finding.state, role=FindingStep.Role.TESTER, actor=trial.tester
    )
    if finding.is_sensitive:
        SensitiveReported(finding).send(now=now)


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())
