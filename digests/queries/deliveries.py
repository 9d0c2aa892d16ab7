"""Unsaved deliveries of an edition: content for each reader, and the period covered."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Max

from digests.models import Delivery, Edition, Subscriber
from digests.models.schedule import Schedule, latest_slot, next_slot, rhythm_of
from digests.queries.activity import activity_in
from digests.queries.items import Item, Window
from digests.queries.selection import Reader, Selection, SelectionCache, choose, readers_of

# Rows commit out of order: the most recent publications are left to the next edition.
LAG = timedelta(minutes=10)


def rhythms_in_use() -> list[Schedule]:
    """Returns the schedules that have readers, without duplicates (one query, answered by an index)."""
    classes = Subscriber.objects.active().order_by().values_list("frequency", "weekday", "hour").distinct()
    return list(dict.fromkeys(rhythm_of(frequency, weekday, hour) for frequency, weekday, hour in classes))


def rhythm_of_edition(edition: Edition) -> Schedule:
    """Returns the schedule of the readers of `edition`."""
    return rhythm_of(edition.kind, edition.period_key.weekday(), edition.slot_hour)


def window_of(edition: Edition, start: datetime) -> Window:
    """Returns the window of `edition` for readers whose last digest ended at `start`, whatever the day."""
    following = next_slot(edition.slot_at, rhythm_of_edition(edition))
    return Window(start=start, end=edition.cutoff, soon_from=edition.slot_at, soon_until=following)


def deliveries_for(
    edition: Edition,
    subscribers: Sequence[Subscriber],
    *,
    now: datetime,
    cached: dict[Window, list[Item]] | None = None,
) -> list[Delivery]:
    """Returns the unsaved deliveries of `edition` to `subscribers`, also used for previews.

    A delivery without items is empty. For `cached`, see `activity_in`.
    """
    if not subscribers:
        return []
    earlier = (
        Delivery.objects.filter(subscriber__in=[subscriber.pk for subscriber in subscribers])
        .exclude(edition_id=edition.pk)
        .advancing()
    )
    cursors = dict(
        earlier.values("subscriber").annotate(cursor=Max("to_cursor")).values_list("subscriber", "cursor").order_by()
    )
    starts = {
        subscriber.pk: max(filter(None, [cursors.get(subscriber.pk), subscriber.started_at]))
        for subscriber in subscribers
    }
    readers = readers_of(subscribers, starts)
    user_ids = {reader.user_id for reader in readers.values() if reader.user_id}
    activity = activity_in(window_of(edition, min(starts.values())), now=now, user_ids=user_ids, cached=cached)
    cache: SelectionCache = {}
    return [
        delivery_of(edition, subscriber, starts[subscriber.pk], choose(activity, readers[subscriber.pk], cache))
        for subscriber in subscribers
    ]


def delivery_of(edition: Edition, subscriber: Subscriber, start: datetime, selection: Selection) -> Delivery:
    """Returns the unsaved delivery to `subscriber` of the selection since `start`."""
    return Delivery(
        edition=edition,
        subscriber=subscriber,
        from_cursor=start,
        to_cursor=max(start, edition.cutoff),
        items=selection.rows,
    )


def start_of_period(edition: Edition) -> datetime:
    """Returns the start of the window for readers who got every digest: the cutoff of the previous slot."""
    return latest_slot(edition.slot_at - LAG, rhythm_of_edition(edition))[1] - LAG


def sample_delivery(edition: Edition, subscriber: Subscriber, reader: Reader, *, now: datetime) -> Delivery:
    """Returns the unsaved delivery to a `reader` who got every digest. `subscriber` may be unsaved."""
    user_ids = {reader.user_id} if reader.user_id else set()
    activity = activity_in(window_of(edition, reader.start), now=now, user_ids=user_ids)
    return delivery_of(edition, subscriber, reader.start, choose(activity, reader))
