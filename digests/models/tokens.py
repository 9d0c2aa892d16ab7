"""Tokens in the links of mails. Each identifies a reader and one action, and gives no other access.

A link that stops the digest never expires: withdrawal is as easy as consent. In a mail to a former address of an
account, it only does that (`is_of_address`): others may read that mailbox now. A confirmation link is valid for a
week, for the address it was sent to. A link to further lines of a digest, for which the mail had no room, shows only
these.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core import signing

from digests.models import Choices, Delivery, Frequency, Subscriber
from mailing.services import email_hashes

UNSUBSCRIBE_SALT = "digests.unsubscribe.v1"
CONFIRM_SALT = "digests.confirm.v1"
FURTHER_SALT = "digests.further.v1"
SIGNATURE = 22
# Length of the mark of an address, a part of its keyed hash.
MARK = 6
_READER = re.compile(rf"(?P<pk>[0-9]{{1,18}})(\.(?P<mark>[0-9a-f]{{{MARK}}}))?:[\w-]{{{SIGNATURE}}}", re.ASCII)
_FURTHER = re.compile(rf"(?P<pk>[0-9]{{1,18}})\.(?P<after>[0-9]{{1,6}}):[\w-]{{{SIGNATURE}}}", re.ASCII)
CONFIRM_LIFE = timedelta(days=7)
# Placeholder in the links of a preview: identifies no reader and gives no access.
NO_TOKEN = "apercu"  # noqa: S105 - not a secret


@dataclass(frozen=True)
class DigestRequest:
    """Request for the digest that is not confirmed. It is stored in the link of the mail only.

    Without `choices`, the subjects `topics` are added to those followed, and nothing else is changed.
    """

    subscriber: Subscriber
    frequency: str
    requested_at: datetime
    topics: Collection[int] = ()
    choices: Choices | None = None


def unsubscribe_token(subscriber: Subscriber) -> str:
    """Returns the token of the link that stops the digest."""
    return _signer(subscriber, UNSUBSCRIBE_SALT).sign(f"{subscriber.pk}.{_marks(subscriber)[0]}")


def confirm_token(request: DigestRequest) -> str:
    """Returns the token of the link that confirms an e-mail address and starts the digest of `request`."""
    payload: dict[str, Any] = {
        "s": request.subscriber.pk,
        "n": request.subscriber.token_nonce,
        "e": _marks(request.subscriber)[0],
        "f": request.frequency,
        "t": sorted(request.topics),
        "a": request.requested_at.isoformat(),
    }
    if request.choices:
        payload["c"] = _packed(request.choices)
    return signing.dumps(payload, salt=CONFIRM_SALT)


def further_token(delivery: Delivery, after: int) -> str:
    """Returns the token of the link to the lines of a section from its entry `after` on; a dummy in a preview."""
    if delivery.pk is None:
        return NO_TOKEN
    return _signer(delivery.subscriber, FURTHER_SALT).sign(f"{delivery.pk}.{after}")


def subscriber_of(token: str) -> Subscriber | None:
    """Returns the reader of an unsubscribe token; None if it is forged or revoked."""
    if named := _READER.fullmatch(token):
        reader = Subscriber.objects.filter(pk=named["pk"]).first()
        return reader if reader and _is_signed(token, reader, UNSUBSCRIBE_SALT) else None
    return _find(token, UNSUBSCRIBE_SALT)[0]


def is_of_address(token: str, subscriber: Subscriber) -> bool:
    """Returns whether the unsubscribe token of `subscriber` was sent to the present address."""
    named = _READER.fullmatch(token)
    return _is_marked(subscriber, named["mark"] if named else None)


def confirmed_by(token: str) -> DigestRequest | None:
    """Returns the request in a confirmation token; None if it is forged, expired, or was sent to a former address.

    For tokens of an earlier version without a time, the creation of the reader's row is used.
    """
    subscriber, payload = _find(token, CONFIRM_SALT, max_age=CONFIRM_LIFE)
    frequency = payload.get("f", "")
    if subscriber is None or frequency not in Frequency.values or not _is_marked(subscriber, payload.get("e")):
        return None
    requested_at = datetime.fromisoformat(payload["a"]) if "a" in payload else subscriber.created_at
    choices = _unpacked(payload["c"]) if "c" in payload else None
    return DigestRequest(subscriber, frequency, requested_at, payload.get("t", []), choices)


def further_of(token: str) -> tuple[Delivery | None, str, int]:
    """Returns the delivery, section and position in a token of further lines; (None, "", 0) if it is forged."""
    deliveries = Delivery.objects.select_related("edition", "subscriber")
    if named := _FURTHER.fullmatch(token):
        delivery, after = deliveries.filter(pk=named["pk"]).first(), int(named["after"])
        if delivery is None or not _is_signed(token, delivery.subscriber, FURTHER_SALT):
            return None, "", 0
        return delivery, next((entry.section for entry in delivery.entries[after:]), ""), after
    subscriber, payload = _find(token, FURTHER_SALT)
    delivery = deliveries.filter(subscriber=subscriber, pk=payload["d"]).first() if subscriber else None
    return (delivery, payload["w"], payload["a"]) if delivery else (None, "", 0)


def _marks(subscriber: Subscriber) -> list[str]:
    """Returns the mark of the address, then those of former secret keys."""
    return [digest[:MARK] for digest in email_hashes(subscriber.email)]


def _is_marked(subscriber: Subscriber, mark: str | None) -> bool:
    """Returns whether `mark` is that of the address. Only the address of an account changes.

    Tokens of earlier versions have no mark: it is not known where they were sent to.
    """
    return subscriber.user_id is None or mark in _marks(subscriber)


def _packed(choices: Choices) -> dict[str, Any]:
    return {
        "d": choices.weekday,
        "h": choices.hour,
        "t": sorted(choices.topics),
        "o": choices.only_topics,
        "p": choices.paused_until.isoformat() if choices.paused_until else "",
    }


def _unpacked(packed: dict[str, Any]) -> Choices:
    paused_until = date.fromisoformat(packed["p"]) if packed["p"] else None
    return Choices(packed["d"], packed["h"], packed["t"], packed["o"], paused_until)


class _ShortSigner(signing.Signer):
    """Signer with 132 bits: more than half of the bits of the hash, which is sufficient (RFC 2104, section 5)."""

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        return super().signature(value, key)[:SIGNATURE]


def _signer(reader: Subscriber, salt: str) -> signing.Signer:
    """Returns the signer of one reader, whose nonce is in the salt, so that links are short: up to five per mail."""
    return _ShortSigner(salt=f"{salt}.{reader.token_nonce}")


def _is_signed(token: str, reader: Subscriber, salt: str) -> bool:
    try:
        _signer(reader, salt).unsign(token)
    except signing.BadSignature:
        return False
    return True


def _find(token: str, salt: str, max_age: timedelta | None = None) -> tuple[Subscriber | None, dict]:
    """Returns the reader and payload of a JSON token: confirmations, and all tokens in mails of earlier versions."""
    try:
        payload = signing.loads(token, salt=salt, max_age=max_age)
        return Subscriber.objects.filter(pk=payload["s"], token_nonce=payload["n"]).first(), payload
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None, {}
