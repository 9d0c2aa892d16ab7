"""Tokens in the links of mails. A token names a reader and one act; it opens nothing else and shows nothing.

A link that stops the digest never expires: withdrawing is as easy as giving. One that confirms lives for a week. One
leads to lines of a digest for which the mail had no room: it shows these, and nothing else of the reader.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.core import signing

from digests.models import Delivery, Frequency, Subscriber

UNSUBSCRIBE_SALT = "digests.unsubscribe.v1"
CONFIRM_SALT = "digests.confirm.v1"
FURTHER_SALT = "digests.further.v1"
CONFIRM_LIFE = timedelta(days=7)
# In the links of a preview: it names nobody and opens nothing.
NO_TOKEN = "apercu"  # noqa: S105 - it is no secret


def unsubscribe_token(subscriber: Subscriber) -> str:
    """The token of the link that stops the digest."""
    return signing.dumps({"s": subscriber.pk, "n": subscriber.token_nonce}, salt=UNSUBSCRIBE_SALT)


def confirm_token(subscriber: Subscriber, frequency: str, topics: Iterable[int] = ()) -> str:
    """The token of the link that confirms an e-mail address and starts the digest, with the chosen subjects."""
    payload = {"s": subscriber.pk, "n": subscriber.token_nonce, "f": frequency, "t": sorted(topics)}
    return signing.dumps(payload, salt=CONFIRM_SALT)


def further_token(delivery: Delivery, section: str, after: int) -> str:
    """The token of the link to the lines of `section` that follow the entry `after`; of no use for a preview."""
    if delivery.pk is None:
        return NO_TOKEN
    reader = delivery.subscriber
    payload = {"s": reader.pk, "n": reader.token_nonce, "d": delivery.pk, "w": section, "a": after}
    return signing.dumps(payload, salt=FURTHER_SALT)


def subscriber_of(token: str) -> Subscriber | None:
    """The reader whom an unsubscribe token names; None for a forged token or one that was revoked."""
    return _find(token, UNSUBSCRIBE_SALT)[0]


def confirmed_by(token: str) -> tuple[Subscriber | None, str, list[int]]:
    """The reader, the frequency and the subjects of a confirm token; (None, "", []) for a forged or old one."""
    subscriber, payload = _find(token, CONFIRM_SALT, max_age=CONFIRM_LIFE)
    frequency = payload.get("f", "")
    if subscriber is None or frequency not in Frequency.values:
        return None, "", []
    return subscriber, frequency, payload.get("t", [])


def further_of(token: str) -> tuple[Delivery | None, str, int]:
    """The delivery, the section and the place in it that a token of further lines names; (None, "", 0) if forged."""
    subscriber, payload = _find(token, FURTHER_SALT)
    deliveries = Delivery.objects.select_related("edition", "subscriber")
    delivery = deliveries.filter(subscriber=subscriber, pk=payload["d"]).first() if subscriber else None
    return (delivery, payload["w"], payload["a"]) if delivery else (None, "", 0)


def _find(token: str, salt: str, max_age: timedelta | None = None) -> tuple[Subscriber | None, dict]:
    try:
        payload = signing.loads(token, salt=salt, max_age=max_age)
        return Subscriber.objects.filter(pk=payload["s"], token_nonce=payload["n"]).first(), payload
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None, {}
