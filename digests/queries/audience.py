"""Readers to whom a newsletter goes."""

from datetime import datetime

from django.utils import timezone

from accounts.queries import members_at
from digests.models import Newsletter, Subscriber, SubscriberQuerySet

Audience = Newsletter.Audience


def audience_of(newsletter: Newsletter, *, now: datetime) -> SubscriberQuerySet:
    """The readers to whom `newsletter` goes at `now`: they get the digest, and made no pause."""
    readers = Subscriber.objects.active().exclude(paused_until__gt=timezone.localdate(now))
    match newsletter.audience:
        case Audience.MEMBERS:
            return readers.filter(user__in=members_at(now))
        case Audience.TOPIC:
            return readers.filter(topics=newsletter.topic_id) if newsletter.topic_id else readers.none()
        case _:
            return readers
