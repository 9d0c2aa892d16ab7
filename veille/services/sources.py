"""What editors do with sources, without asking anybody else: have one read now, pause it, go on."""

from datetime import datetime

from mailing.doorbell import ring_on_commit
from veille.models import Source

READ_TASK = "veille.tasks.read"


def read_now(*, source: Source, now: datetime) -> None:
    """Marks `source` as due, and rings for the worker, which reads it: a web request asks no other server."""
    Source.objects.filter(pk=source.pk).update(state=Source.State.READ, next_reading_at=now)
    ring_on_commit(READ_TASK)


def pause(*, source: Source) -> None:
    """Reads `source` no more, until somebody resumes it."""
    Source.objects.filter(pk=source.pk).update(state=Source.State.PAUSED)


def resume(*, source: Source, now: datetime) -> None:
    """Reads `source` again, paused or gone, with the count of its failures at zero."""
    Source.objects.filter(pk=source.pk).update(failures=0, failing_since=None, error="")
    read_now(source=source, now=now)
