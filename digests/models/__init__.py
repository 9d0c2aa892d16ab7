"""The letter, its readers, and what editors add."""

from digests.models.frequencies import Frequency, Hour
from digests.models.newsletters import NEWSLETTER, EditorialWord, Newsletter
from digests.models.subscribers import (
    ConsentLog,
    Delivery,
    DeliveryQuerySet,
    Edition,
    SessionReminder,
    Subscriber,
    SubscriberQuerySet,
    new_nonce,
)

__all__ = [
    "NEWSLETTER",
    "ConsentLog",
    "Delivery",
    "DeliveryQuerySet",
    "Edition",
    "EditorialWord",
    "Frequency",
    "Hour",
    "Newsletter",
    "SessionReminder",
    "Subscriber",
    "SubscriberQuerySet",
    "new_nonce",
]
