"""Pausing, resuming and cancelling a batch: by a person, or by the circuit breaker, which looks at the rows.

The breaker counts in the database, so that several workers see the same and a restart forgets nothing.
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

# So many temporary failures in a row, of as many rows, pause a batch: the server is ill, not the mails.
TEMPORARY_IN_A_ROW = 20
# More than 5 % of the last 200: the addresses or the mail itself are wrong.
WINDOW = 200
MAX_PERMANENT = WINDOW * 5 // 100
# After so long one mail is tried. If it fails too the batch is paused again; one that leaves opens the way.
PROBE_AFTER = timedelta(minutes=5)
# The server, or the class of a deferred mail, had the last word on these.
ANSWERED = (State.SENT, State.FAILED, State.BOUNCED)
PERMANENT = (State.FAILED, State.BOUNCED)


@transaction.atomic
def pause(
    *, batch: Batch, now: datetime, why: Batch.PauseReason = PauseReason.BY_HAND, actor: Any = None, reason: str = ""
) -> bool:
    """Lets no mail of `batch` leave from now on; those that are being sent end. Returns whether anything changed."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.status != Status.ACTIVE:
        return False
    batch.status, batch.pause_reason, batch.status_reason = Status.PAUSED, why, reason[:120]
    batch.resume_at = now + PROBE_AFTER if why == PauseReason.TEMPORARY else None
    batch.save(update_fields=["status", "pause_reason", "status_reason", "resume_at"])
    log(batch, "mailing.pause", user=actor, data={"reason": reason or str(why)})
    return True


@transaction.atomic
def resume(*, batch: Batch, now: datetime, actor: Any = None) -> bool:
    """Lets a paused batch go on. What failed before counts no more. Returns whether anything changed."""
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
    """Ends `batch` for good: what has not left never leaves. Returns how many mails were cancelled; idempotent."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.status != Status.CANCELLED:
        batch.status, batch.pause_reason, batch.resume_at = Status.CANCELLED, "", None
        batch.status_reason = reason[:120]
        batch.save(update_fields=["status", "pause_reason", "status_reason", "resume_at"])
        log(batch, "mailing.cancel", user=actor, data={"reason": reason})
    return cancel(messages=batch.messages.all(), reason="batch cancelled")


@transaction.atomic
def look_at_failures(*, batch_id: int, now: datetime, is_policy: bool = False) -> bool:
    """Called after each failure of a mail of the batch: pauses it, logs and alerts, when it goes too badly.

    `is_policy` says that the server refused because of who we are (5.7.x): one such answer is enough, until a person
    has seen it and resumed the batch. Returns whether the batch may not go on.
    """
    batch = Batch.objects.select_for_update().get(pk=batch_id)
    if batch.status != Status.ACTIVE:
        return True
    why = PauseReason.POLICY if is_policy and batch.resumed_at is None else _why_to_pause(batch)
    if why is None:
        return False
    pause(batch=batch, now=now, why=why)
    logger.error("batch %s is paused: %s", batch.pk, why.value)
    BatchPaused(batch, why).send(now=now)
    return True


def _why_to_pause(batch: Batch) -> Batch.PauseReason | None:
    """What the last rows that were tried say (one query)."""
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
    """Gives batches that temporary failures paused another try; returns how many.

    The rows still say "20 in a row": the first failure pauses the batch again, the first mail that leaves ends it.
    """
    due = Batch.objects.filter(status=Status.PAUSED, pause_reason=PauseReason.TEMPORARY, resume_at__lte=now)
    return due.update(status=Status.ACTIVE, pause_reason="", resume_at=None)


def end_cancelled() -> int:
    """Cancels the mails that were planned in a batch that was cancelled meanwhile; returns how many."""
    return cancel(messages=Message.objects.filter(batch__status=Status.CANCELLED), reason="batch cancelled")


def cancel_late(*, now: datetime) -> int:
    """Cancels the batches that have nothing but mails that are too late by now; returns how many.

    Called when the site wakes up after a long stop, or was restored: the editions of then are over.
    """
    open_batches = Batch.objects.filter(status__in=(Status.ACTIVE, Status.PAUSED), messages__state__in=Message.WAITING)
    in_time = Message.objects.filter(state__in=Message.WAITING, expires_at__gt=now, batch__isnull=False)
    late = open_batches.exclude(pk__in=in_time.values("batch")).distinct()
    for batch in late:
        cancel_batch(batch=batch, reason="late")
    return len(late)
