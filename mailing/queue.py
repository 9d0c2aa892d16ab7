"""Queue of outgoing mails: claim, fence, record, release. Each is a conditional UPDATE on PostgreSQL and SQLite.

Times are arguments: all processes compare leases with the same kind of clock, and tests freeze it.
"""

import logging
import random
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, F, Q

from mailing.models import Batch, Message

logger = logging.getLogger(__name__)

State = Message.State

# Longer than all phases of an SMTP dialogue together (`check_lease`).
LEASE: timedelta = settings.MAIL_LEASE
# Above this difference, one of two clocks is wrong.
CLOCKS_DIFFER = timedelta(hours=1)
# Connection, greeting, MAIL, RCPT, DATA, final dot: each may take EMAIL_TIMEOUT.
SMTP_PHASES = 6
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
MAX_ATTEMPTS = 8
# At the second attempt with unknown outcome the row is held, so that no third copy is sent.
MAX_UNCERTAIN = 2
# The mail was sent, so its record is retried for 9 seconds.
RECORD_RETRIES = 30
RECORD_PAUSE = 0.3


@dataclass(frozen=True)
class Outcome:
    """Result of an attempt to send a row."""

    state: State
    code: int | None = None
    error: str = ""
    # Enhanced status code of a refusal, such as 5.1.1.
    status: str = ""
    uncertain: bool = False
    retry_at: datetime | None = None


def claim(*, now: datetime, limit: int = 50) -> list[Message]:
    """Claims up to `limit` due rows for this worker and returns them, most urgent first.

    PostgreSQL skips rows locked by another worker; on SQLite an immediate transaction blocks it.
    """
    ticket = uuid.uuid4()
    with transaction.atomic():
        due = Message.objects.due(now).select_for_update(skip_locked=True, of=("self",))
        keys = list(due.values_list("pk", flat=True)[:limit])
        if not keys:
            return []
        Message.objects.filter(pk__in=keys).move(
            source=State.PENDING, to=State.CLAIMED, claim=ticket, lease_until=now + LEASE
        )
    return list(Message.objects.filter(claim=ticket, state=State.CLAIMED).order_by("priority", "next_attempt_at", "pk"))


def move_held(*, message: Message, source: State, to: State, alive_at: datetime | None = None, **fields: Any) -> bool:
    """Calls `MessageQuerySet.move` for a row claimed by this worker. Returns whether it moved.

    With `alive_at`, it moves only if the lease is valid then and the batch is active.
    """
    rows = Message.objects.filter(pk=message.pk, claim=message.claim)
    if alive_at:
        rows = rows.filter(lease_until__gt=alive_at)
        if message.batch_id:
            # No join: PostgreSQL evaluates the conditions on the row again after waiting for a lock.
            rows = rows.filter(Exists(Batch.objects.filter(pk=message.batch_id, status=Batch.Status.ACTIVE)))
    return rows.move(source=source, to=to, **fields) == 1


def fence(*, message: Message, now: datetime) -> bool:
    """Marks the row as being sent, in its own commit, just before sending. Returns whether the mail may be sent.

    It may not if the lease has ended, the row was cancelled, or its batch was paused. Must be called outside of
    transactions: the mark must survive a kill.
    """
    lease_until, attempts = now + LEASE, message.attempts + 1
    return move_held(
        message=message,
        source=State.CLAIMED,
        to=State.SENDING,
        alive_at=now,
        lease_until=lease_until,
        attempts=attempts,
    )


def give_back(*, messages: list[Message], now: datetime, delay: timedelta = timedelta(0), error: str = "") -> int:
    """Returns claimed rows that were not fenced to the queue, without counting an attempt; returns their number.

    Without a `delay` they keep their place in the queue.
    """
    if not messages:
        return 0
    fields = {"next_attempt_at": now + delay} if delay else {}
    rows = Message.objects.filter(pk__in=[message.pk for message in messages], claim=messages[0].claim)
    return rows.move(source=State.CLAIMED, to=State.PENDING, last_error=error, **fields)


def drop(*, message: Message, state: State, reason: str, now: datetime) -> bool:
    """Ends a claimed row that will not be sent: failed, cancelled, or empty."""
    fields = {"tried_at": now} if state == State.FAILED else {}
    return move_held(message=message, source=State.CLAIMED, to=state, last_error=reason[:80], **fields)


def after_temporary_failure(*, message: Message, now: datetime, code: int | None, error: str) -> Outcome:
    """Retries after 1 min, 5 min, 30 min, 2 h, then 6 h, with up to 10 % jitter; expires after eight attempts."""
    attempts = message.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        return Outcome(State.EXPIRED, code=code, error=error)
    delay = BACKOFF[min(attempts, len(BACKOFF)) - 1]
    jitter = delay * random.uniform(0, 0.1)  # noqa: S311 - spreads retries, guards nothing
    return Outcome(State.PENDING, code=code, error=error, retry_at=now + delay + jitter)


def after_uncertainty(*, message: Message, now: datetime, error: str) -> Outcome:
    """Retries once with the same Message-ID, then holds the row for an administrator."""
    state = State.PENDING if message.uncertain + 1 < MAX_UNCERTAIN else State.HELD
    return Outcome(state, error=error, uncertain=True, retry_at=now + BACKOFF[0])


def record(*, message: Message, outcome: Outcome, now: datetime) -> bool:
    """Records the outcome of a row being sent, in its own commit; retries while the database is down.

    Returns False if the lease ended meanwhile and the row was marked as uncertain by another process. If the database
    stays down, raises its error: the row is marked as uncertain when its lease ends.
    """
    fields: dict = {"smtp_code": outcome.code, "last_error": outcome.error[:80], "tried_at": now}
    if outcome.state == State.SENT:
        fields["sent_at"] = now
    if outcome.retry_at:
        fields["next_attempt_at"] = outcome.retry_at
    if outcome.uncertain:
        fields["uncertain"] = message.uncertain + 1
    for attempt in range(RECORD_RETRIES):
        try:
            recorded = move_held(message=message, source=State.SENDING, to=outcome.state, **fields)
            break
        except (OperationalError, InterfaceError):
            if attempt == RECORD_RETRIES - 1 or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(RECORD_PAUSE)
    if not recorded:
        logger.warning("message %s: overtaken, its lease ended while it was being sent", message.pk)
    return recorded


def release_expired(*, now: datetime) -> dict[str, int]:
    """Releases the rows of workers that were killed or froze; returns their number per outcome.

    A claimed row was not sent: it returns to the queue. A row being sent may have been sent: it is uncertain. A lease
    more than an hour longer than `LEASE` was written before the clock was set back, and counts as ended.
    """
    over = Message.objects.filter(Q(lease_until__lte=now) | Q(lease_until__gt=now + LEASE + CLOCKS_DIFFER))
    uncertain = {"uncertain": F("uncertain") + 1, "last_error": "lease ended while being sent"}
    limit = MAX_UNCERTAIN - 1
    return {
        "released": over.move(source=State.CLAIMED, to=State.PENDING, next_attempt_at=now),
        "uncertain": over.filter(uncertain__lt=limit).move(
            source=State.SENDING, to=State.PENDING, next_attempt_at=now, **uncertain
        ),
        "held": over.filter(uncertain__gte=limit).move(source=State.SENDING, to=State.HELD, **uncertain),
    }


def expire(*, now: datetime) -> int:
    """Expires waiting and held rows whose time is over; returns their number."""
    over = Message.objects.filter(expires_at__lte=now)
    return sum(
        over.move(source=state, to=State.EXPIRED, last_error="too late")
        for state in (State.PENDING, State.HELD, State.RESTORED)
    )


def has_due(*, now: datetime) -> bool:
    """Returns whether any row is due."""
    return Message.objects.due(now).exists()


@register()
def check_lease(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Checks that a lease outlasts an SMTP dialogue: a row must not be taken from a worker waiting for the server."""
    if timedelta(seconds=SMTP_PHASES * settings.EMAIL_TIMEOUT) < settings.MAIL_LEASE:
        return []
    return [Error(f"MAIL_LEASE must be longer than {SMTP_PHASES} × EMAIL_TIMEOUT.", id="mailing.E002")]
