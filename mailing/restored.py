"""Mails of a restored database, held until an administrator releases or cancels them (`mailing.releases`).

Mails pending at the time of the backup may have been sent since, and mails planned by the site (digests, reminders) may
have been planned and sent since; the restored database cannot know. Both are held: the former at the restore, the
latter while `Identity.restored_from` is set. Mails requested by people (codes, confirmations) are sent.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings
from django.db import transaction

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
