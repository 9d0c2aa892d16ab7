"""Return addresses with a signed token that identifies a message and a use."""

import re
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from mailing.models import Message

BOUNCE, UNSUBSCRIBE = "bounce", "unsubscribe"
# 80 bits in lowercase letters and digits: local parts have 64 characters at most, and some servers lowercase them.
MAC_LENGTH = 20


def pattern_of(use: str) -> str:
    """Returns the setting of this use, such as `retours+{token}@ville.example`; "" if it is not set."""
    return settings.MAIL_BOUNCE_ADDRESS if use == BOUNCE else settings.MAIL_UNSUBSCRIBE_ADDRESS


def return_address(message: Message, use: str) -> str:
    """Returns the return address of `message` for this use; "" if it is not set."""
    pattern = pattern_of(use)
    return pattern and pattern.replace("{token}", f"{message.pk:x}-{_mac(message, use, settings.SECRET_KEY)}")


def message_of(address: str, use: str) -> Message | None:
    """Returns the message identified by an address; None for another use or a forged token."""
    before, separator, after = pattern_of(use).partition("{token}")
    if not separator:
        return None
    expression = f"{re.escape(before)}([0-9a-f]{{1,16}})-([0-9a-f]{{{MAC_LENGTH}}}){re.escape(after)}"
    match = re.fullmatch(expression, parseaddr(address)[1], re.IGNORECASE)
    if match is None:
        return None
    key, mac = int(match[1], 16), match[2].lower()
    message = Message.objects.filter(pk=key).first() if key < 2**63 else None
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if message and any(constant_time_compare(mac, _mac(message, use, secret)) for secret in keys):
        return message
    return None


def _mac(message: Message, use: str, secret: str | bytes) -> str:
    # The primary key alone is not enough: a copy of the site gives the same keys to other mails.
    value = f"{message.pk}:{message.message_id}"
    return salted_hmac(f"mailing.{use}", value, secret=secret, algorithm="sha256").hexdigest()[:MAC_LENGTH]
