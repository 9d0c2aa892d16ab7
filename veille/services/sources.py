"""Actions of editors on sources (read now, pause, resume), without network access."""

from datetime import datetime

from mailing.doorbell import ring_on_commit
from veille.models import Source

READ_TASK = "veille.tasks.read"


def read_now(*, source: Source, now: datetime) -> None:
    """Marks `source` as due and wakes the worker: web requests fetch nothing."""
    Source.objects.filter(pk=source.pk).update(state=Source.State.READ, next_reading_at=now)
    ring_on_commit(READ_TASK)


def pause(*, source: Source) -> None:
    """Stops reading `source` until it is resumed."""
    Source.objects.filter(pk=source.pk).update(state=Source.State.PAUSED)


def resume(*, source: Source, now: datetime) -> None:
    """Resumes a paused or gone `source`, with its failures reset."""
    Source.objects.filter(pk=source.pk).update(failures=0, failing_since=None, error="")
    read_now(source=source, now=now)
