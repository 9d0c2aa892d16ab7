"""Subscribers of the digest, and moments around a slot."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from digests.models import Frequency, Subscriber

# Monday 23 November 2026, 7:00 in Paris: a slot of the weekly digest.
SLOT = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
NEXT_SLOT = SLOT + dt.timedelta(days=7)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


class SubscriberFactory(DjangoModelFactory):
    """Subscriber of the weekly digest since a week before the slot."""

    class Meta:
        model = Subscriber

    email = factory.LazyAttributeSequence(
        lambda reader, n: reader.user.email if reader.user else f"abonnee{n}@courriel.example"
    )
    user = None
    status = Subscriber.Status.ACTIVE
    frequency = Frequency.WEEKLY
    started_at = SLOT - 7 * DAY
    verified_at = SLOT - 7 * DAY
    created_at = SLOT - 7 * DAY
