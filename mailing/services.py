"""Rows of the outbox: enqueue, cancel and supersede mails; suppress e-mails and lift it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from wagtail.log_actions import log

from common.hashing import keyed_hashes
from mailing.content import MailContent, message_id_for
from mailing.doorbell import ring_on_commit
from mailing.models import Batch, Bounce, Message, MessageQuerySet, Suppression
from mailing.restored import holds_new

# A mail that could not be sent by then is of no use any more, if nobody said otherwise.
DEFAULT_LIFE = timedelta(days=2)
# What a trace of a mail says in place of an erased address: a name that no mail reaches (RFC 2606).
ERASED_EMAIL = "adresse-effacee@erased.invalid"


@dataclass(frozen=True)
class Draft:
    """A row to make: either `content` is given, or the class of `kind` writes it from `context` when it is sent."""

    kind: str
    to_email: str
    dedupe_key: str
    content: MailContent | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


def enqueue(
    *,
    drafts: Sequence[Draft],
    now: datetime,
    batch: Batch | None = None,
    expires_at: datetime | None = None,
) -> dict[str, int]:
    """Makes one pending row per draft, in the caller's transaction, and rings the doorbell when that commits.

    Called by `mailing.notifications` and by Django's backend only.

    A draft whose `dedupe_key` is known changes nothing. After a restore, what the site writes by itself is held
    (`mailing.restored`). Returns the primary key of each key's row, old or new.
    """
    rows = [
        Message(
            batch=batch,
            kind=draft.kind,
            to_email=draft.to_email,
            dedupe_key=draft.dedupe_key,
            message_id=message_id_for(draft.kind, draft.dedupe_key),
            priority=Message.Priority.BATCH if batch else Message.Priority.PERSONAL,
            payload=draft.content.to_payload() if draft.content else None,
            context=dict(draft.context),
            next_attempt_at=now,
            created_at=now,
            expires_at=expires_at or now + DEFAULT_LIFE,
        )
        for draft in drafts
    ]
    with transaction.atomic():
        if holds_new():
            for row in rows:
                row.state = Message.State.RESTORED
        Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        found = Message.objects.filter(dedupe_key__in=[draft.dedupe_key for draft in drafts])
        keys = dict(found.values_list("dedupe_key", "pk"))
        ring_on_commit()
    return keys


def new_key(kind: str) -> str:
    """A `dedupe_key` for a mail that is written once and cannot be planned twice."""
    return f"{kind}:{uuid.uuid4().hex}"


def cancel(*, messages: MessageQuerySet, reason: str) -> int:
    """Cancels those of `messages` that have not begun to leave; returns how many. The fence stops what is claimed.

    Call it in the transaction that makes the mail unwanted: once that has committed, no fence lets one through.
    """
    return sum(messages.move(source=state, to=Message.State.CANCELLED, last_error=reason) for state in Message.WAITING)


def erase_addresses(*, messages: MessageQuerySet, now: datetime) -> int:
    """Takes the addresses out of the traces `messages`, which stay until they are a year old; returns how many.

    A mail that waits keeps its address: cancel it first. What is being sent at this moment may come back to the queue:
    it is too late then, so that it leaves no second time.
    """
    ended = messages.exclude(state__in=[Message.State.PENDING, Message.State.CLAIMED, Message.State.HELD])
    return ended.update(
        to_email=ERASED_EMAIL,
        dedupe_key=Concat(Value("erased:"), Cast(F("pk"), CharField())),
        context={},
        expires_at=now,
    )


def supersede(*, messages: MessageQuerySet, reason: str = "superseded") -> int:
    """Expires those of `messages` that wait or are held, because a newer mail says it better; returns how many."""
    return sum(
        messages.move(source=state, to=Message.State.EXPIRED, last_error=reason)
        for state in (Message.State.PENDING, Message.State.HELD, Message.State.RESTORED)
    )


def email_hashes(email: str) -> list[str]:
    """Returns the keyed hashes of `email`, that of the present key first, then those of former ones."""
    return keyed_hashes("mailing.address", email.strip().lower())


def suppress(*, email: str, reason: Suppression.Reason, now: datetime) -> None:
    """Suppresses `email` for batches. Idempotent: a second reason changes nothing."""
    Suppression.objects.get_or_create(email_hash=email_hashes(email)[0], defaults={"reason": reason, "created_at": now})


def suppressed_among(emails: Sequence[str]) -> set[str]:
    """Returns those of `emails` to which no batch may be sent (one query)."""
    by_hash = {digest: email for email in emails for digest in email_hashes(email)}
    found = Suppression.objects.filter(email_hash__in=by_hash).values_list("email_hash", flat=True)
    return {by_hash[digest] for digest in found}


@transaction.atomic
def lift(*, suppression: Suppression, actor: Any, reason: str) -> None:
    """Lets batches go to an e-mail again, and forgets the mails that came back. The log keeps who and why."""
    log(suppression, "mailing.lift", user=actor, data={"reason": reason})
    Bounce.objects.filter(email_hash=suppression.email_hash).delete()
    suppression.delete()
