"""The links of mails. A token names a reader and one act; it opens nothing else and shows nothing.

A link that stops the letter never expires: withdrawing is as easy as giving. One that confirms lives for a week.
"""

from datetime import timedelta

from django.core import signing

from digests.models import Frequency, Subscriber

UNSUBSCRIBE_SALT = "digests.unsubscribe.v1"
CONFIRM_SALT = "digests.confirm.v1"
CONFIRM_LIFE = timedelta(days=7)


def unsubscribe_token(subscriber: Subscriber) -> str:
    """The token of the link that stops the letter."""
    return signing.dumps({"s": subscriber.pk, "n": subscriber.token_nonce}, salt=UNSUBSCRIBE_SALT)


def confirm_token(subscriber: Subscriber, frequency: str) -> str:
    """The token of the link that confirms an address and asks for the letter."""
    return signing.dumps({"s": subscriber.pk, "n": subscriber.token_nonce, "f": frequency}, salt=CONFIRM_SALT)


def subscriber_of(token: str) -> Subscriber | None:
    """The reader whom an unsubscribe token names; None for a forged token or one that was revoked."""
    return _find(token, UNSUBSCRIBE_SALT)[0]


def confirmed_by(token: str) -> tuple[Subscriber | None, str]:
    """The reader and the frequency that a confirm token names; (None, "") for a forged, revoked or old one."""
    subscriber, payload = _find(token, CONFIRM_SALT, max_age=CONFIRM_LIFE)
    frequency = payload.get("f", "")
    return (subscriber, frequency) if subscriber and frequency in Frequency.values else (None, "")


def _find(token: str, salt: str, max_age: timedelta | None = None) -> tuple[Subscriber | None, dict]:
    try:
        payload = signing.loads(token, salt=salt, max_age=max_age)
        return Subscriber.objects.filter(pk=payload["s"], token_nonce=payload["n"]).first(), payload
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None, {}
