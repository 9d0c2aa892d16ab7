"""Mails of a restored database, held until an administrator releases or cancels them.

Mails pending at the time of the backup may have been sent since, and mails planned by the site (digests, reminders) may
have been planned and sent since; the restored database cannot know. Both are held: the former at the restore, the
latter while `Identity.restored_from` is set. Mails requested by people (codes, confirmations) are sent.
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
    """Marks the block as automatic: mails written in it (by the tick) were not requested by a person."""
    token = _BY_ITSELF.set(True)
    try:
        yield
    finally:
        _BY_ITSELF.reset(token)


def holds_new() -> bool:
    """Returns whether a mail written now is held."""
    return _BY_ITSELF.get() and restored_from() is not None


def restored_from() -> datetime | None:
    """Returns the date of the restored backup while mails are held, else None."""
    return Identity.objects.filter(pk=1).values_list("restored_from", flat=True).first()


@transaction.atomic
def hold_all(*, made_at: datetime) -> int:
    """Holds all pending mails of a database restored from the backup of `made_at`; returns their number."""
    new = {"name": settings.MAIL_IDENTITY, "adopted_at": made_at, "restored_from": made_at}
    Identity.objects.update_or_create(pk=1, defaults={"restored_from": made_at}, create_defaults=new)
    sources = (State.PENDING, State.CLAIMED, State.SENDING)
    return sum(Message.objects.move(source=source, to=State.RESTORED, last_error="restored") for source in sources)


def held() -> MessageQuerySet:
    return Message.objects.filter(state=State.RESTORED)


@transaction.atomic
def release(*, messages: MessageQuerySet, now: datetime, actor: Any, reason: str) -> int:
    """Releases the held `messages` that have not expired; returns their number. Logs actor and reason."""
    count = messages.filter(expires_at__gt=now).move(
        source=State.RESTORED, to=State.PENDING, next_attempt_at=now, last_error=""
    )
    _note("mailing.release", count, actor, reason)
    ring_on_commit()
    return count


@transaction.atomic
def give_up(*, messages: MessageQuerySet, actor: Any, reason: str) -> int:
    """Cancels the held `messages`; returns their number. Logs actor and reason."""
    count = messages.move(source=State.RESTORED, to=State.CANCELLED, last_error="given up after a restore")
    _note("mailing.give_up", count, actor, reason)
    return count


@transaction.atomic
def end_hold(*, actor: Any, reason: str) -> None:
    """Ends the hold on mails planned by the site. Idempotent."""
    if Identity.objects.filter(pk=1, restored_from__isnull=False).update(restored_from=None):
        _note("mailing.end_hold", 0, actor, reason)


def _note(action: str, count: int, actor: Any, reason: str) -> None:
    if identity := Identity.objects.filter(pk=1).first():
        log(identity, action, user=actor, data={"reason": reason, "count": count})
