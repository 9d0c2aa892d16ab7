"""Tick: what has to happen regularly, whoever rings. Idempotent: a second tick at the same time does no harm."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection

from common.hooks import retentions
from common.retention import erase_due
from mailing import batches, queue
from mailing.hooks import tick_jobs
from mailing.models import Heartbeat
from mailing.restored import by_itself

logger = logging.getLogger(__name__)

# The tick comes every 30 seconds.
SILENCE = timedelta(minutes=10)
# The heartbeat of `check_mail_dns` when it last missed nothing.
MAIL_DNS = "mail-dns"
# No tick for so long: the site was stopped, or a backup was restored.
LONG_STOP = timedelta(hours=24)


@dataclass
class Ticked:
    """What a tick did; `due` says that a worker is needed."""

    parts: list[str] = field(default_factory=list)
    due: bool = False

    def __str__(self) -> str:
        return "; ".join(self.parts) or "nothing to do"


def tick(*, now: datetime) -> Ticked:
    """Takes back what dead workers held, ends what is too late, runs the jobs of the apps, erases, and beats."""
    done = Ticked()
    with by_itself():
        _run(done, now)
    beat(name="tick", now=now)
    done.due = queue.has_due(now=now)
    return done


def _run(done: Ticked, now: datetime) -> None:
    counts = {
        **queue.release_expired(now=now),
        "batches too late": wake_up(now=now),
        "expired": queue.expire(now=now),
        "cancelled": batches.end_cancelled(),
        "batches tried again": batches.resume_due(now=now),
    }
    done.parts += [f"{count} {name}" for name, count in counts.items() if count]
    for job in tick_jobs():
        try:
            summary = job(now)
        except Exception:
            logger.exception("the job %s.%s failed", job.__module__, getattr(job, "__name__", job))
            done.parts.append(f"{getattr(job, '__name__', 'a job')} failed")
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
        else:
            done.parts += [summary] if summary else []
    done.parts += [f"{count} erased of {name}" for name, count in erase_due(retentions(), now=now).items()]


class Rhythm(StrEnum):
    """How the tick comes."""

    REGULAR = "regular"
    LATE = "late"
    NEVER = "never"
    # Written by a clock that jumped back since: nobody knows when the last one was.
    IN_THE_FUTURE = "in the future"


def rhythm(*, now: datetime) -> Rhythm:
    """Says how the tick comes: when it does not, beat or the worker is down."""
    return rhythm_of(Heartbeat.objects.filter(name="tick").values_list("at", flat=True).first(), now=now)


def rhythm_of(last: datetime | None, *, now: datetime) -> Rhythm:
    """Says how a tick comes that came `last`."""
    if last is None:
        return Rhythm.NEVER
    if last - now > SILENCE:
        return Rhythm.IN_THE_FUTURE
    return Rhythm.REGULAR if now - last < SILENCE else Rhythm.LATE


def beat(*, name: str, now: datetime) -> None:
    """Notes that the job `name` ran."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def wake_up(*, now: datetime) -> int:
    """After a long stop, cancels the batches whose time is over, and says so; returns how many."""
    last = Heartbeat.objects.filter(name="tick").values_list("at", flat=True).first()
    if last is None or now - last < LONG_STOP:
        return 0
    logger.warning("no tick for %d hours: what is too late is cancelled", (now - last) // timedelta(hours=1))
    return batches.cancel_late(now=now)
