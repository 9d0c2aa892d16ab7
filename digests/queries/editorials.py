"""The words of the editors at the top of the letter: which ones an edition has, and who read them already."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from digests.models import Delivery, EditorialWord
from mailing.models import Message


def word_on(day: date, frequency: str) -> EditorialWord | None:
    """The words that the letter of `day` has for the readers of `frequency`: of those published, the latest."""
    words = EditorialWord.objects.filter(Q(kind="") | Q(kind=frequency), live=True, until__gte=day)
    return words.order_by("-first_published_at", "-pk").first()


def words_for(deliveries: Sequence[Delivery]) -> list[EditorialWord | None]:
    """What each of `deliveries`, saved or not, has at its top: nothing for who got the same words before.

    One query, and only if an edition has words. An attempt again finds the same, since it does not count itself.
    """
    wanted = {one.edition.word_id for one in deliveries if one.edition.shown_word}
    if not wanted:
        return [None] * len(deliveries)
    had = Delivery.objects.filter(
        subscriber__in=[one.subscriber_id for one in deliveries if one.subscriber_id],
        edition__word__in=wanted,
        message__state=Message.State.SENT,
    ).exclude(pk__in=[one.pk for one in deliveries if one.pk])
    read = set(had.values_list("subscriber", "edition__word"))
    return [None if (one.subscriber_id, one.edition.word_id) in read else one.edition.shown_word for one in deliveries]
