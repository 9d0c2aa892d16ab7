"""Mails of a database that was restored from a backup: held until a person releases or cancels them.

What waited when the backup was made may have left since, and what the site plans by itself (letters, reminders) may
have been planned and sent in between: nothing in the restored database knows. So both are held, the first when the
database is restored, the second as long as `Identity.restored_from` says so. What a person asks for (a code, a
confirmation) leaves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from wagtail.log_actions import log

from mailing.doorbell import ring_on_commit
from mailing.models import Identity, Message, MessageQuerySet

State = Message.State
_BY_ITSELF = ContextVar("by_itself", default=False)


@contextmanager
def by_itself() -> Iterator[None]:
    """What is written inside, nobody has asked for just now: the tick."""
    token = _BY_ITSELF.set(True)
    try:
        yield
    finally:
        _BY_ITSELF.reset(token)


def holds_new() -> bool:
    """Says whether a mail that is written now is held."""
    return _BY_ITSELF.get() and restored_from() is not None


def restored_from() -> datetime | None:
    """Of which moment the database is, while mails are held; None on every other day."""
    return Identity.objects.filter(pk=1).values_list("restored_from", flat=True).first()


@transaction.atomic
def hold_all(*, made_at: datetime) -> int:
    """Holds all that waits in a database that was restored from the backup made at `made_at`; returns how many."""
    new = {"name": settings.MAIL_IDENTITY, "adopted_at": made_at, "restored_from": made_at}
    Identity.objects.update_or_create(pk=1, defaults={"restored_from": made_at}, create_defaults=new)
    sources = (State.PENDING, State.CLAIMED, State.SENDING)
    return sum(Message.objects.move(source=one, to=State.RESTORED, last_error="restored") for one in sources)


def held() -> MessageQuerySet:
    return Message.objects.filter(state=State.RESTORED)


@transaction.atomic
def release(*, messages: MessageQuerySet, now: datetime, actor: Any, reason: str) -> int:
    """Lets those of `messages` leave that are held and not too late; returns how many. The log keeps who and why."""
    count = messages.filter(expires_at__gt=now).move(
        source=State.RESTORED, to=State.PENDING, next_attempt_at=now, last_error=""
    )
    _note("mailing.release", count, actor, reason)
    ring_on_commit()
    return count


@transaction.atomic
def give_up(*, messages: MessageQuerySet, actor: Any, reason: str) -> int:
    """Cancels those of `messages` that are held; returns how many. The log keeps who and why."""
    count = messages.move(source=State.RESTORED, to=State.CANCELLED, last_error="given up after a restore")
    _note("mailing.give_up", count, actor, reason)
    return count


@transaction.atomic
def end_hold(*, actor: Any, reason: str) -> None:
    """What the site plans from now on leaves again. Idempotent."""
    if Identity.objects.filter(pk=1, restored_from__isnull=False).update(restored_from=None):
        _note("mailing.end_hold", 0, actor, reason)


def _note(action: str, count: int, actor: Any, reason: str) -> None:
    if identity := Identity.objects.filter(pk=1).first():
        log(identity, action, user=actor, data={"reason": reason, "count": count})
