"""Digests, their readers, and content by editors."""

from digests.models.editions import Delivery, DeliveryQuerySet, Edition, EditionQuerySet
from digests.models.editorials import EditorialWord
from digests.models.frequencies import Frequency, Hour
from digests.models.newsletters import MEMBER_MESSAGE, NEWSLETTER, AddressedMember, Newsletter
from digests.models.reminders import SessionReminder
from digests.models.subscribers import Choices, ConsentLog, Subscriber, SubscriberQuerySet, new_nonce

__all__ = [
    "MEMBER_MESSAGE",
    "NEWSLETTER",
    "AddressedMember",
    "Choices",
    "ConsentLog",
    "Delivery",
    "DeliveryQuerySet",
    "Edition",
    "EditionQuerySet",
    "EditorialWord",
    "Frequency",
    "Hour",
    "Newsletter",
    "SessionReminder",
    "Subscriber",
    "SubscriberQuerySet",
    "new_nonce",
]
