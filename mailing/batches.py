"""Pausing, resuming and cancelling batches, by hand or by the circuit breaker.

The circuit breaker reads its counts from the database, so that all workers share them and a restart keeps them.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from mailing.alerts import BatchPaused
from mailing.doorbell import ring_on_commit
from mailing.models import Batch, Message
from mailing.services import cancel

logger = logging.getLogger(__name__)

State, Status, PauseReason = Message.State, Batch.Status, Batch.PauseReason

# Consecutive temporary failures, on as many rows, that pause a batch: the server is at fault, not the mails.
TEMPORARY_IN_A_ROW = 20
# A batch pauses above 5 % of permanent failures in the last 200: the addresses or the mail itself are wrong.
WINDOW = 200
MAX_PERMANENT = WINDOW * 5 // 100
# Delay before one mail is retried: a failure pauses the batch again, a success resumes it.
PROBE_AFTER = timedelta(minutes=5)
# States decided by the server, or by the class of a deferred mail.
ANSWERED = (State.SENT, State.FAILED, State.BOUNCED)
PERMANENT = (State.FAILED, State.BOUNCED)


@transaction.atomic
def pause(
    *,
    batch: Batch,
    now: datetime,
    pause_reason: Batch.PauseReason = PauseReason.BY_HAND,
    actor: Any = None,
    reason: str = "",
) -> bool:
    """Pauses `batch`: no further mail is sent, those being sent finish. Returns whether anything changed."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.status != Status.ACTIVE:
        return False
    batch.status, batch.pause_reason, batch.status_reason = Status.PAUSED, pause_reason, reason[:120]
    batch.resume_at = now + PROBE_AFTER if pause_reason == PauseReason.TEMPORARY else None
    batch.save(update_fields=["status", "pause_reason", "status_reason", "resume_at"])
    log(batch, "mailing.pause", user=actor, data={"reason": reason or str(pause_reason)})
    return True


@transaction.atomic
def resume(*, batch: Batch, now: datetime, actor: Any = None) -> bool:
    """Resumes a paused batch and ignores earlier failures. Returns whether anything changed."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.status != Status.PAUSED:
        return False
    batch.status, batch.pause_reason, batch.status_reason = Status.ACTIVE, "", ""
    batch.resume_at, batch.resumed_at = None, now
    batch.save(update_fields=["status", "pause_reason", "status_reason", "resume_at", "resumed_at"])
    log(batch, "mailing.resume", user=actor)
    ring_on_commit()
    return True


@transaction.atomic
def cancel_batch(*, batch: Batch, actor: Any = None, reason: str = "") -> int:
    """Cancels `batch` and its unsent mails; returns the number of cancelled mails. Idempotent."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.status != Status.CANCELLED:
        batch.status, batch.pause_reason, batch.resume_at = Status.CANCELLED, "", None
        batch.status_reason = reason[:120]
        batch.save(update_fields=["status", "pause_reason", "status_reason", "resume_at"])
        log(batch, "mailing.cancel", user=actor, data={"reason": reason})
    return cancel(messages=batch.messages.all(), reason="batch cancelled")


@transaction.atomic
def look_at_failures(*, batch_id: int, now: datetime, is_policy: bool = False) -> bool:
    """Pauses the batch, logs and alerts, if too many of its mails fail; called after each failure.

    `is_policy` means that the server refused this sender (5.7.x): one such answer pauses the batch, unless somebody has
    resumed it by hand since. Returns whether the batch must stop.
    """
    batch = Batch.objects.select_for_update().get(pk=batch_id)
    if batch.status != Status.ACTIVE:
        return True
    pause_reason = PauseReason.POLICY if is_policy and batch.resumed_at is None else _pause_reason(batch)
    if pause_reason is None:
        return False
    pause(batch=batch, now=now, pause_reason=pause_reason)
    logger.error("batch %s is paused: %s", batch.pk, pause_reason.value)
    BatchPaused(batch, pause_reason).send(now=now)
    return True


def _pause_reason(batch: Batch) -> Batch.PauseReason | None:
    """Returns the reason to pause according to the latest attempts (one query), or None."""
    tried = batch.messages.filter(tried_at__isnull=False)
    if batch.resumed_at:
        tried = tried.filter(tried_at__gt=batch.resumed_at)
    states = list(tried.order_by("-tried_at", "-pk").values_list("state", flat=True)[:WINDOW])
    if sum(state in PERMANENT for state in states) > MAX_PERMANENT:
        return PauseReason.PERMANENT
    latest = states[:TEMPORARY_IN_A_ROW]
    if len(latest) == TEMPORARY_IN_A_ROW and not any(state in ANSWERED for state in latest):
        return PauseReason.TEMPORARY
    return None


def resume_due(*, now: datetime) -> int:
    """Resumes the batches paused for temporary failures, for a retry; returns their number.

    The failures still count: the next failure pauses the batch again, the next success ends the streak.
    """
    due = Batch.objects.filter(status=Status.PAUSED, pause_reason=PauseReason.TEMPORARY, resume_at__lte=now)
    return due.update(status=Status.ACTIVE, pause_reason="", resume_at=None)


def end_cancelled() -> int:
    """Cancels mails planned in a batch that was cancelled meanwhile; returns their number."""
    return cancel(messages=Message.objects.filter(batch__status=Status.CANCELLED), reason="batch cancelled")


def cancel_late(*, now: datetime) -> int:
    """Cancels the batches whose pending mails have all expired; returns their number.

    Called after a long stop or a restore: those editions are out of date.
    """
    open_batches = Batch.objects.filter(status__in=(Status.ACTIVE, Status.PAUSED), messages__state__in=Message.WAITING)
    in_time = Message.objects.filter(state__in=Message.WAITING, expires_at__gt=now, batch__isnull=False)
    late = open_batches.exclude(pk__in=in_time.values("batch")).distinct()
    for batch in late:
        cancel_batch(batch=batch, reason="late")
    return len(late)
