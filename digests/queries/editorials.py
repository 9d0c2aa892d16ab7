"""Editorials: the one of an edition, and readers who already got it."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from digests.models import Delivery, EditorialWord
from mailing.models import Message


def editorial_on(day: date, frequency: str) -> EditorialWord | None:
    """Returns the latest published editorial for the digest of `day` and the readers of `frequency`."""
    editorials = EditorialWord.objects.filter(Q(kind="") | Q(kind=frequency), live=True, until__gte=day)
    return editorials.order_by("-first_published_at", "-pk").first()


def editorials_for(deliveries: Sequence[Delivery]) -> list[EditorialWord | None]:
    """Returns the editorial of each of `deliveries`, saved or not; None if the reader got the same one before.

    One query, and only if an edition has one. A retry finds the same, because a delivery does not count itself.
    """
    word_ids = {delivery.edition.word_id for delivery in deliveries if delivery.edition.shown_editorial}
    if not word_ids:
        return [None] * len(deliveries)
    sent = Delivery.objects.filter(
        subscriber__in=[delivery.subscriber_id for delivery in deliveries if delivery.subscriber_id],
        edition__word__in=word_ids,
        message__state=Message.State.SENT,
    ).exclude(pk__in=[delivery.pk for delivery in deliveries if delivery.pk])
    received = set(sent.values_list("subscriber", "edition__word"))
    return [
        None if (delivery.subscriber_id, delivery.edition.word_id) in received else delivery.edition.shown_editorial
        for delivery in deliveries
    ]
