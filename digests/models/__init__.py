"""The letter, its readers, and what editors add."""

from digests.models.editors import NEWSLETTER, EditorialWord, Newsletter
from digests.models.letters import (
    ConsentLog,
    Delivery,
    DeliveryQuerySet,
    Edition,
    SessionReminder,
    Subscriber,
    SubscriberQuerySet,
    new_nonce,
)
from digests.models.rhythms import Frequency, Hour

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
