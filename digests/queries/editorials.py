"""Editorials: the one that an edition has, and who has read it already."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from digests.models import Delivery, EditorialWord
from mailing.models import Message


def editorial_on(day: date, frequency: str) -> EditorialWord | None:
    """The editorial of the digest of `day` for the readers of `frequency`: of those published, the latest."""
    editorials = EditorialWord.objects.filter(Q(kind="") | Q(kind=frequency), live=True, until__gte=day)
    return editorials.order_by("-first_published_at", "-pk").first()


def editorials_for(deliveries: Sequence[Delivery]) -> list[EditorialWord | None]:
    """The editorial at the top of each of `deliveries`, saved or not; None for who got the same one before.

    One query, and only if an edition has one. An attempt again finds the same, since it does not count itself.
    """
    wanted = {one.edition.word_id for one in deliveries if one.edition.shown_editorial}
    if not wanted:
        return [None] * len(deliveries)
    had = Delivery.objects.filter(
        subscriber__in=[one.subscriber_id for one in deliveries if one.subscriber_id],
        edition__word__in=wanted,
        message__state=Message.State.SENT,
    ).exclude(pk__in=[one.pk for one in deliveries if one.pk])
    read = set(had.values_list("subscriber", "edition__word"))
    return [
        None if (one.subscriber_id, one.edition.word_id) in read else one.edition.shown_editorial for one in deliveries
    ]
