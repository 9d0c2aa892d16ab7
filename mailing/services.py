"""Rows of the outbox (enqueue, cancel, supersede), and suppression of addresses."""

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

# Default lifetime of a mail, after which it is not sent.
DEFAULT_LIFE = timedelta(days=2)
# Replacement of an erased address, in a reserved domain (RFC 2606).
ERASED_EMAIL = "adresse-effacee@erased.invalid"


@dataclass(frozen=True)
class Draft:
    """Row to create. Without `content`, the class of `kind` writes the mail from `context` when it is sent."""

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
    """Creates a pending row per draft in the caller's transaction, and rings the doorbell on commit.

    Called by `mailing.notifications` and by Django's e-mail backend only.

    A draft whose `dedupe_key` exists changes nothing. After a restore, mails planned by the site are held
    (`mailing.restored`). Returns the primary key of the row by `dedupe_key`, new or existing.
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
        messages = Message.objects.filter(dedupe_key__in=[draft.dedupe_key for draft in drafts])
        keys = dict(messages.values_list("dedupe_key", "pk"))
        ring_on_commit()
    return keys


def new_key(kind: str) -> str:
    """Returns a `dedupe_key` for a mail that is planned once."""
    return f"{kind}:{uuid.uuid4().hex}"


def cancel(*, messages: MessageQuerySet, reason: str) -> int:
    """Cancels the `messages` not yet being sent; returns their number. The fence stops claimed ones.

    Call it in the transaction that makes the mail obsolete: after its commit, the fence lets none through.
    """
    return sum(messages.move(source=state, to=Message.State.CANCELLED, last_error=reason) for state in Message.WAITING)


def erase_addresses(*, messages: MessageQuerySet, now: datetime) -> int:
    """Erases the addresses of `messages`, whose rows are kept for a year; returns their number.

    Pending mails keep their address: cancel them first. A mail being sent now may return to the queue, but expires
    immediately, so that it is not sent again.
    """
    ended = messages.exclude(state__in=[Message.State.PENDING, Message.State.CLAIMED, Message.State.HELD])
    return ended.update(
        to_email=ERASED_EMAIL,
        dedupe_key=Concat(Value("erased:"), Cast(F("pk"), CharField())),
        context={},
        expires_at=now,
    )


def supersede(*, messages: MessageQuerySet, reason: str = "superseded") -> int:
    """Expires the waiting or held `messages` that a newer mail replaces; returns their number."""
    return sum(
        messages.move(source=state, to=Message.State.EXPIRED, last_error=reason)
        for state in (Message.State.PENDING, Message.State.HELD, Message.State.RESTORED)
    )


def email_hashes(email: str) -> list[str]:
    """Returns the keyed hashes of `email`, current key first."""
    return keyed_hashes("mailing.address", email.strip().lower())


def suppress(*, email: str, reason: Suppression.Reason, now: datetime) -> None:
    """Suppresses `email` for batches. Idempotent: the first reason is kept."""
    Suppression.objects.get_or_create(email_hash=email_hashes(email)[0], defaults={"reason": reason, "created_at": now})


def suppressed_among(emails: Sequence[str]) -> set[str]:
    """Returns the subset of `emails` suppressed for batches (one query)."""
    by_hash = {digest: email for email in emails for digest in email_hashes(email)}
    hashes = Suppression.objects.filter(email_hash__in=by_hash).values_list("email_hash", flat=True)
    return {by_hash[digest] for digest in hashes}


@transaction.atomic
def lift(*, suppression: Suppression, actor: Any, reason: str) -> None:
    """Lifts a suppression and deletes the bounces of the address. Logs actor and reason."""
    log(suppression, "mailing.lift", user=actor, data={"reason": reason})
    Bounce.objects.filter(email_hash=suppression.email_hash).delete()
    suppression.delete()
