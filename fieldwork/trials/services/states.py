"""Changes of state of findings: transition table, row lock, one history row each. Reporters are mailed once a day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import LogContext, log
from wagtail.search import index

from accounts.models import User
from common.plain_text import has_words
from common.sanitising import clean_text
from common.shown import Shown, ShownOfEach, require_shown, shown_of
from fieldwork import permissions
from fieldwork.errors import FindingMoved, FindingReasonMissing, NoFindingPending, OriginalMissing, VersionMissing
from fieldwork.models import Finding, FindingStep, Retest
from fieldwork.trials.notifications import FindingsSent, ServiceRemindedOfFindings
from participation.models import CityService
from participation.models.deadlines import answer_due_on
from participation.services.states import lock

State, Role, Kind = Finding.State, FindingStep.Role, FindingStep.Kind

# Actions in Wagtail's log.
CHANGE, REMIND, MARK = "fieldwork.change_state", "fieldwork.remind", "fieldwork.mark_sensitive"

# Fields that a change of state may write.
MOVED_FIELDS = (
    *("state", "state_reason", "state_changed_at", "confirmed_at", "verified_at", "returns", "duplicate_of"),
    *("service", "sent_at", "answer_due_on", "fixed_in", "said_fixed_by", "fixed_by"),
)


@transaction.atomic
def change_state(
    *,
    finding: Finding,
    state: Finding.State,
    role: FindingStep.Role,
    actor: User,
    shown: Shown,
    now: datetime,
    reason: str = "",
    original: Finding | None = None,
    service: CityService | None = None,
    fixed_in: str = "",
    fixed_by: User | None = None,
) -> Finding:
    """Changes `finding` to `state` on behalf of `actor` in `role`. Returns the updated finding.

    Idempotent. `original` is the finding of which this one is a duplicate; `service` is asked instead of that of the
    campaign; `fixed_in` is a version or a day; `fixed_by` is the person who repaired it, if not the actor; `shown` is
    the fingerprint of the content that `actor` saw. Raises `PermissionDenied`, also for states that only a new trial
    can set; `ChangedMeanwhile`; `FindingMoved` (the table), `FindingReasonMissing` (a negative state),
    `VersionMissing` and `OriginalMissing`.
    """
    if role == Role.TESTER or not permissions.can_change_state(actor, finding, state, role):
        raise PermissionDenied
    if not permissions.readable_findings(actor).filter(pk=finding.pk).exists():
        raise PermissionDenied
    finding, original = lock(finding, original)
    if finding.state == state and finding.duplicate_of_id == (original.pk if original else None):
        return finding
    require_shown(shown, finding, finding.fingerprint)
    move(
        finding,
        state,
        role=role,
        actor=actor,
        now=now,
        reason=reason,
        original=original,
        service=service,
        fixed_in=fixed_in,
        fixed_by=fixed_by,
    )
    if state == State.SENT:
        FindingsSent(_service_of(finding), (finding,)).send(now=now)
    return finding


@transaction.atomic
def send_to_city(
    *, findings: Iterable[Finding], actor: User, shown: ShownOfEach, now: datetime
) -> tuple[list[Finding], list[Finding]]:
    """Sends `findings` to the services of their campaigns, with one mail per service.

    `shown` maps each primary key to the fingerprint of the content that `actor` saw. Returns those sent, and those
    left out because the table does not allow it. Raises `PermissionDenied` and `ChangedMeanwhile`.
    """
    if not permissions.can_coordinate_trials(actor):
        raise PermissionDenied
    sent, left_out = [], []
    pks = sorted(finding.pk for finding in findings)
    for finding in Finding.objects.select_for_update().filter(pk__in=pks).order_by("pk"):
        if not finding.can_become(State.SENT):
            left_out.append(finding)
            continue
        require_shown(shown_of(finding, shown), finding, finding.fingerprint)
        move(finding, State.SENT, role=Role.TEAM, actor=actor, now=now)
        sent.append(finding)
    for service, batch in _by_service(sent).items():
        FindingsSent(service, tuple(batch)).send(now=now)
    return sent, left_out


@transaction.atomic
def remind_services(
    *,
    findings: Iterable[Finding],
    actor: User,
    shown: ShownOfEach,
    now: datetime,
    message: str = "",
) -> tuple[list[Finding], list[Finding]]:
    """Reminds the services of their unanswered `findings`, with one mail each, and records it in the history.

    `shown` maps each primary key to the fingerprint of the content that `actor` saw. Returns those included in a
    reminder, and those left out (not awaiting an answer, or reminded today already). Raises `PermissionDenied`,
    `ChangedMeanwhile`, and `NoFindingPending` if none awaits an answer.
    """
    if not permissions.can_coordinate_trials(actor):
        raise PermissionDenied
    pks = [finding.pk for finding in findings]
    locked = list(Finding.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    if not any(finding.state == State.SENT for finding in locked):
        raise NoFindingPending
    today = timezone.localdate(now)
    reminders = FindingStep.objects.filter(kind=Kind.REMINDER, finding__in=pks).values_list("finding", "at")
    reminded_today = {pk for pk, at in reminders if timezone.localdate(at) == today}
    reminded = [finding for finding in locked if finding.state == State.SENT and finding.pk not in reminded_today]
    for finding in reminded:
        require_shown(shown_of(finding, shown), finding, finding.fingerprint)
        FindingStep.objects.create(
            finding=finding,
            kind=Kind.REMINDER,
            at=now,
            from_state=finding.state,
            to_state=finding.state,
            role=Role.TEAM,
            actor=actor,
        )
        _log(finding, REMIND, actor)
    for service, batch in _by_service(reminded).items():
        ServiceRemindedOfFindings(service, tuple(batch), clean_text(message).strip(), today).send(now=now)
    return reminded, [finding for finding in locked if finding not in reminded]


@transaction.atomic
def mark_sensitive(*, finding: Finding, is_sensitive: bool, actor: User, shown: Shown, now: datetime) -> Finding:
    """Hides `finding` from everyone but the team and the city, or shows it again.

    `shown` is the fingerprint of the content that `actor` saw. Raises `PermissionDenied` and `ChangedMeanwhile`.
    """
    if not permissions.can_coordinate_trials(actor):
        raise PermissionDenied
    finding, _none = lock(finding)
    if finding.is_sensitive != is_sensitive:
        require_shown(shown, finding, finding.fingerprint)
        finding.is_sensitive = is_sensitive
        finding.save(update_fields=["is_sensitive"])
        _log(finding, MARK, actor, sensitive=is_sensitive)
        follow_in_search(finding)
    return finding


def move(
    finding: Finding,
    state: Finding.State,
    *,
    role: FindingStep.Role,
    actor: User,
    now: datetime,
    reason: str = "",
    original: Finding | None = None,
    service: CityService | None = None,
    fixed_in: str = "",
    fixed_by: User | None = None,
    retest: Retest | None = None,
) -> FindingStep:
    """Applies `change_state` to a finding locked by the caller, for a user whose permission was checked."""
    if not finding.can_become(state):
        raise FindingMoved
    before, reason, fixed_in = State(finding.state), clean_text(reason).strip(), " ".join(clean_text(fixed_in).split())
    if state in Finding.NEGATIVE_STATES and not has_words(reason):
        raise FindingReasonMissing
    finding.set_state(state, reason=reason, now=now)
    finding.duplicate_of = _original_of(finding, original) if state == State.DUPLICATE else None
    if state == State.SENT:
        finding.service = service or finding.campaign.answered_by
        finding.sent_at, finding.answer_due_on = now, answer_due_on(timezone.localdate(now))
    if state == State.SAID_FIXED:
        if not has_words(fixed_in):
            raise VersionMissing
        finding.fixed_in, finding.said_fixed_by, finding.fixed_by = fixed_in, actor, fixed_by or actor
    finding.save(update_fields=MOVED_FIELDS)
    if finding.duplicate_of:
        # Duplicates of this finding now point to its original: a duplicate has no duplicates.
        finding.duplicates.update(duplicate_of=finding.duplicate_of)
    step = FindingStep.objects.create(
        finding=finding,
        at=now,
        from_state=before,
        to_state=state,
        role=role,
        actor=actor,
        reason=finding.state_reason,
        retest=retest,
    )
    follow_in_search(finding)
    _log(finding, CHANGE, actor, **{"from": str(before), "to": str(state), "role": str(role)})
    return step


def _log(finding: Finding, action: str, actor: User, **data: object) -> None:
    """Logs to Wagtail's history, as one entry per finding even in a batch."""
    with LogContext(user=actor):
        log(finding, action, data=data)


def follow_in_search(finding: Finding) -> None:
    """Adds a public finding to the search index, or removes it from there."""
    is_public = Finding.objects.public().filter(pk=finding.pk).exists()
    (index.insert_or_update_object if is_public else index.remove_object)(finding)


def _original_of(finding: Finding, original: Finding | None) -> Finding:
    """Returns `original`. Raises `OriginalMissing` unless it is active itself, which prevents chains and cycles."""
    if original is None or original.pk == finding.pk or original.state in Finding.LEFT_STATES:
        raise OriginalMissing
    return original


def _service_of(finding: Finding) -> CityService:
    assert finding.service is not None, "a check constraint of the table says so"  # noqa: S101
    return finding.service


def _by_service(findings: Iterable[Finding]) -> dict[CityService, list[Finding]]:
    batches = defaultdict(list)
    for finding in findings:
        batches[_service_of(finding)].append(finding)
    return batches
