"""Tokens in the links of mails. A token names a reader and one act; it opens nothing else and shows nothing.

A link that stops the digest never expires: withdrawing is as easy as giving. One that confirms lives for a week. One
leads to lines of a digest for which the mail had no room: it shows these, and nothing else of the reader.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from digests.models import Delivery, Frequency, Subscriber

UNSUBSCRIBE_SALT = "digests.unsubscribe.v1"
CONFIRM_SALT = "digests.confirm.v1"
FURTHER_SALT = "digests.further.v1"
SIGNATURE = 22
_READER = re.compile(rf"(?P<pk>[0-9]{{1,18}}):[\w-]{{{SIGNATURE}}}", re.ASCII)
_FURTHER = re.compile(rf"(?P<pk>[0-9]{{1,18}})\.(?P<after>[0-9]{{1,6}}):[\w-]{{{SIGNATURE}}}", re.ASCII)
CONFIRM_LIFE = timedelta(days=7)
# In the links of a preview: it names nobody and opens nothing.
NO_TOKEN = "apercu"  # noqa: S105 - it is no secret


@dataclass(frozen=True)
class DigestRequest:
    """A request for the digest that waits for its confirmation. It is kept in the link of the mail only."""

    subscriber: Subscriber
    frequency: str
    asked_at: datetime
    topics: Collection[int] = ()


def unsubscribe_token(subscriber: Subscriber) -> str:
    """The token of the link that stops the digest."""
    return _signer(subscriber, UNSUBSCRIBE_SALT).sign(str(subscriber.pk))


def confirm_token(request: DigestRequest) -> str:
    """The token of the link that confirms an e-mail address and starts the digest that `request` asks for."""
    payload = {
        "s": request.subscriber.pk,
        "n": request.subscriber.token_nonce,
        "f": request.frequency,
        "t": sorted(request.topics),
        "a": request.asked_at.isoformat(),
    }
    return signing.dumps(payload, salt=CONFIRM_SALT)


def further_token(delivery: Delivery, after: int) -> str:
    """The token of the link to the lines of a section from its entry `after` on; of no use for a preview."""
    if delivery.pk is None:
        return NO_TOKEN
    return _signer(delivery.subscriber, FURTHER_SALT).sign(f"{delivery.pk}.{after}")


def subscriber_of(token: str) -> Subscriber | None:
    """The reader whom an unsubscribe token names; None for a forged token or one that was revoked."""
    if named := _READER.fullmatch(token):
        reader = Subscriber.objects.filter(pk=named["pk"]).first()
        return reader if reader and _is_signed(token, reader, UNSUBSCRIBE_SALT) else None
    return _find(token, UNSUBSCRIBE_SALT)[0]


def confirmed_by(token: str) -> DigestRequest | None:
    """Returns the request that a confirm token holds; None for a forged or an old one.

    A token of an earlier version has no moment: the row of its reader was written when it was asked for.
    """
    subscriber, payload = _find(token, CONFIRM_SALT, max_age=CONFIRM_LIFE)
    frequency = payload.get("f", "")
    if subscriber is None or frequency not in Frequency.values:
        return None
    asked_at = datetime.fromisoformat(payload["a"]) if "a" in payload else subscriber.created_at
    return DigestRequest(subscriber, frequency, asked_at, payload.get("t", []))


def further_of(token: str) -> tuple[Delivery | None, str, int]:
    """The delivery, the section and the place in it that a token of further lines names; (None, "", 0) if forged."""
    deliveries = Delivery.objects.select_related("edition", "subscriber")
    if named := _FURTHER.fullmatch(token):
        delivery, after = deliveries.filter(pk=named["pk"]).first(), int(named["after"])
        if delivery is None or not _is_signed(token, delivery.subscriber, FURTHER_SALT):
            return None, "", 0
        return delivery, next((entry.section for entry in delivery.entries[after:]), ""), after
    subscriber, payload = _find(token, FURTHER_SALT)
    delivery = deliveries.filter(subscriber=subscriber, pk=payload["d"]).first() if subscriber else None
    return (delivery, payload["w"], payload["a"]) if delivery else (None, "", 0)


class _ShortSigner(signing.Signer):
    """Signs with 132 bits: more than half of those of the hash, which is enough of them (RFC 2104, section 5)."""

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        return super().signature(value, key)[:SIGNATURE]


def _signer(reader: Subscriber, salt: str) -> signing.Signer:
    """Signs for one reader, whose number of tokens is in the salt: a token stands in a mail up to five times."""
    return _ShortSigner(salt=f"{salt}.{reader.token_nonce}")


def _is_signed(token: str, reader: Subscriber, salt: str) -> bool:
    try:
        _signer(reader, salt).unsign(token)
    except signing.BadSignature:
        return False
    return True


def _find(token: str, salt: str, max_age: timedelta | None = None) -> tuple[Subscriber | None, dict]:
    """Reads a token that says whom it names: those that confirm, and all tokens of the mails of earlier versions."""
    try:
        payload = signing.loads(token, salt=salt, max_age=max_age)
        return Subscriber.objects.filter(pk=payload["s"], token_nonce=payload["n"]).first(), payload
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None, {}
