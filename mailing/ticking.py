"""Tick: periodic work, however it is started. Idempotent: a second tick at the same time has no effect."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection

from common.hooks import personal_data
from common.retention import erase_due
from mailing import batches, queue
from mailing.hooks import tick_jobs
from mailing.models import Heartbeat
from mailing.restored import by_itself

logger = logging.getLogger(__name__)

# Delay after which ticks, due every 30 seconds, count as late.
SILENCE = timedelta(minutes=10)
# Name of the heartbeat of the last successful `check_mail_dns`.
MAIL_DNS = "mail-dns"
# Time without tick that means that the site was stopped, or a backup restored.
LONG_STOP = timedelta(hours=24)


@dataclass
class TickResult:
    """Result of a tick; `due` means that the outbox has work for a worker."""

    parts: list[str] = field(default_factory=list)
    due: bool = False

    def __str__(self) -> str:
        return "; ".join(self.parts) or "nothing to do"


def tick(*, now: datetime) -> TickResult:
    """Releases the rows of dead workers, expires late mails, runs the jobs of the apps, erases data, and beats."""
    result = TickResult()
    with by_itself():
        _run(result, now)
    beat(name="tick", now=now)
    result.due = queue.has_due(now=now)
    return result


def _run(result: TickResult, now: datetime) -> None:
    counts = {
        **queue.release_expired(now=now),
        "batches too late": wake_up(now=now),
        "expired": queue.expire(now=now),
        "cancelled": batches.end_cancelled(),
        "batches tried again": batches.resume_due(now=now),
    }
    result.parts += [f"{count} {name}" for name, count in counts.items() if count]
    for job in tick_jobs():
        try:
            summary = job(now)
        except Exception:
            logger.exception("the job %s.%s failed", job.__module__, getattr(job, "__name__", job))
            result.parts.append(f"{getattr(job, '__name__', 'a job')} failed")
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
        else:
            result.parts += [summary] if summary else []
    result.parts += [f"{count} erased of {name}" for name, count in erase_due(personal_data(), now=now).items()]


class TickState(StrEnum):
    """State of the tick."""

    REGULAR = "regular"
    LATE = "late"
    NEVER = "never"
    # Recorded before the clock was set back: the time of the last tick is unknown.
    IN_THE_FUTURE = "in the future"


def rhythm(*, now: datetime) -> TickState:
    """Returns the state of the tick: unless it is regular, beat or the worker is down."""
    return rhythm_of(Heartbeat.objects.filter(name="tick").values_list("at", flat=True).first(), now=now)


def rhythm_of(last: datetime | None, *, now: datetime) -> TickState:
    """Returns the state of a tick whose last run was at `last`."""
    if last is None:
        return TickState.NEVER
    if last - now > SILENCE:
        return TickState.IN_THE_FUTURE
    return TickState.REGULAR if now - last < SILENCE else TickState.LATE


def beat(*, name: str, now: datetime) -> None:
    """Records a run of the job `name`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def wake_up(*, now: datetime) -> int:
    """Cancels outdated batches after a long stop, and logs it; returns their number."""
    last = Heartbeat.objects.filter(name="tick").values_list("at", flat=True).first()
    if last is None or now - last < LONG_STOP:
        return 0
    logger.warning("no tick for %d hours: what is too late is cancelled", (now - last) // timedelta(hours=1))
    return batches.cancel_late(now=now)
