"""Planning: who is due, and what is told to whom. All of it can be interrupted anywhere and done again without harm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from digests.models import Delivery, DeliveryQuerySet, Edition, Subscriber, SubscriberQuerySet
from digests.queries.activity import happened
from digests.queries.editorials import word_on
from digests.queries.selection import Alike, Reader, Selection, choose, readers_of
from digests.queries.sources import Item, Window
from digests.schedule import Rhythm, latest_slot, next_slot, rhythm_of
from mailing.models import Batch, Message
from mailing.services import Draft, enqueue, supersede

# Rows commit out of order: what was published a moment ago is left to the next edition.
LAG = timedelta(minutes=10)
PAGE = 500


@dataclass
class Planned:
    """What a call of `plan_due` did, over all editions."""

    editions: int = 0
    letters: int = 0
    skipped: int = 0
    late: int = 0

    def __str__(self) -> str:
        counts = {
            "editions": self.editions,
            "letters planned": self.letters,
            "nothing to say": self.skipped,
            "editions too late": self.late,
        }
        return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def kind_of_mail(frequency: str) -> str:
    """The kind under which mailing knows the letters of a frequency."""
    return f"digest.{frequency}"


def rhythms_in_use() -> list[Rhythm]:
    """The rhythms that somebody reads, each once (one query, answered by an index)."""
    classes = Subscriber.objects.active().order_by().values_list("frequency", "weekday", "hour").distinct()
    return list(dict.fromkeys(rhythm_of(frequency, weekday, hour) for frequency, weekday, hour in classes))


def rhythm_of_edition(edition: Edition) -> Rhythm:
    """The rhythm of the readers of `edition`."""
    return rhythm_of(edition.kind, edition.period_key.weekday(), edition.slot_hour)


def plan_due(*, now: datetime) -> Planned:
    """Makes the edition of the latest slot of each rhythm if it is not there, and plans what it still has to plan.

    Twice, or by two processes at the same time, it gives the same rows. A slot that is too old gives a cancelled
    edition: what it would have told rolls into the next one, because cursors do not move. When nothing is due it costs
    two queries, however many rhythms there are.
    """
    done = Planned()
    slots = [(rhythm, *latest_slot(now, rhythm)) for rhythm in rhythms_in_use()]
    known = {
        (edition.kind, edition.period_key, edition.slot_hour): edition
        for edition in Edition.objects.filter(period_key__in={period_key for _rhythm, period_key, _at in slots})
    }
    for rhythm, period_key, slot_at in slots:
        edition = known.get((rhythm.frequency, period_key, rhythm.at.hour)) or _edition_of(
            rhythm=rhythm, period_key=period_key, slot_at=slot_at, now=now, done=done
        )
        if edition.status == Edition.Status.PLANNING:
            _plan(edition=edition, now=now, done=done)
    return done


def _edition_of(*, rhythm: Rhythm, period_key: date, slot_at: datetime, now: datetime, done: Planned) -> Edition:
    expires_at = slot_at + rhythm.max_lateness
    late = now >= expires_at
    edition, created = Edition.objects.get_or_create(
        kind=rhythm.frequency,
        period_key=period_key,
        slot_hour=rhythm.at.hour,
        defaults={
            "slot_at": slot_at,
            "cutoff": now - LAG,
            "expires_at": expires_at,
            "status": Edition.Status.CANCELLED if late else Edition.Status.PLANNING,
            "status_reason": "late" if late else "",
            "word": word_on(period_key, rhythm.frequency),
        },
    )
    done.late += created and late
    return edition


def _plan(*, edition: Edition, now: datetime, done: Planned) -> None:
    """Plans page after page, each in one transaction, until no reader of the edition is without a row.

    Pages go by key, so that the last one costs what the first one does. Who is left out on the way, because a former
    letter is just being sent, is for the next tick.
    """
    after = 0
    known: dict[Window, list[Item]] = {}
    while True:
        with transaction.atomic():
            edition = Edition.objects.select_for_update().get(pk=edition.pk)
            if edition.status != Edition.Status.PLANNING:
                return
            readers = _page_of(edition, after)
            if not readers:
                _close(edition, done)
                return
            _plan_page(edition=edition, readers=_not_busy(readers), now=now, done=done, known=known)
            after = readers[-1].pk


def _without_delivery(edition: Edition) -> SubscriberQuerySet:
    there = Delivery.objects.filter(edition=edition, subscriber=OuterRef("pk"))
    return Subscriber.objects.reading(edition).exclude(Exists(there))


def _being_sent() -> DeliveryQuerySet:
    return Delivery.objects.filter(message__state__in=Message.HELD_BY_A_WORKER)


def _page_of(edition: Edition, after: int) -> list[Subscriber]:
    """The next readers to plan, whose older letters are superseded. Empty when there is none after the key `after`.

    They are locked: nobody changes a rhythm, and no other edition plans them, between the look and the rows.
    """
    readers = _without_delivery(edition).filter(pk__gt=after).select_for_update().order_by("pk")
    page = list(readers[:PAGE])
    older = Delivery.objects.filter(subscriber__in=page).exclude(edition=edition)
    supersede(messages=Message.objects.filter(pk__in=older.values("message")))
    return page


def _not_busy(readers: Sequence[Subscriber]) -> list[Subscriber]:
    """Readers whose former letter is just being sent wait for the next tick: two windows would overlap.

    Once no older letter waits, none can be claimed any more: the look after that is the one that counts.
    """
    busy = set(_being_sent().filter(subscriber__in=readers).values_list("subscriber", flat=True))
    return [reader for reader in readers if reader.pk not in busy]


def window_of(edition: Edition, start: datetime) -> Window:
    """What `edition` looks at, for who was told everything until `start`. It depends on the edition, not on today."""
    following = next_slot(edition.slot_at, rhythm_of_edition(edition))
    return Window(start=start, end=edition.cutoff, soon_from=edition.slot_at, soon_until=following)


def deliveries_for(
    edition: Edition,
    subscribers: Sequence[Subscriber],
    *,
    now: datetime,
    known: dict[Window, list[Item]] | None = None,
) -> list[Delivery]:
    """What `edition` tells each of `subscribers`, as rows that are not saved: a preview asks for the same.

    A delivery without items has nothing to say. `known` is that of `happened`.
    """
    if not subscribers:
        return []
    told = Delivery.objects.filter(subscriber__in=[one.pk for one in subscribers]).exclude(edition_id=edition.pk).told()
    cursors = dict(
        told.values("subscriber").annotate(cursor=Max("to_cursor")).values_list("subscriber", "cursor").order_by()
    )
    starts = {one.pk: max(filter(None, [cursors.get(one.pk), one.started_at])) for one in subscribers}
    readers = readers_of(subscribers, starts)
    user_ids = {reader.user_id for reader in readers.values() if reader.user_id}
    happenings = happened(window_of(edition, min(starts.values())), now=now, user_ids=user_ids, known=known)
    alike: Alike = {}
    return [
        delivery_of(edition, one, starts[one.pk], choose(happenings, readers[one.pk], alike)) for one in subscribers
    ]


def delivery_of(edition: Edition, subscriber: Subscriber, start: datetime, selection: Selection) -> Delivery:
    """The row, not saved, that tells `subscriber` what was selected since `start`."""
    return Delivery(
        edition=edition,
        subscriber=subscriber,
        from_cursor=start,
        to_cursor=max(start, edition.cutoff),
        items=selection.rows,
        more=selection.more,
    )


def start_of_period(edition: Edition) -> datetime:
    """Since when `edition` tells who got every letter before: the cutoff of the slot before its own."""
    return latest_slot(edition.slot_at - LAG, rhythm_of_edition(edition))[1] - LAG


def sample_delivery(edition: Edition, subscriber: Subscriber, reader: Reader, *, now: datetime) -> Delivery:
    """What `edition` tells a `reader` who got every letter before. `subscriber` need not be saved."""
    user_ids = {reader.user_id} if reader.user_id else set()
    happenings = happened(window_of(edition, reader.start), now=now, user_ids=user_ids)
    return delivery_of(edition, subscriber, reader.start, choose(happenings, reader))


def _plan_page(
    *,
    edition: Edition,
    readers: Sequence[Subscriber],
    now: datetime,
    done: Planned,
    known: dict[Window, list[Item]],
) -> None:
    """One page of readers: what each is told since the last letter, as a delivery each and a message per letter."""
    deliveries = deliveries_for(edition, readers, now=now, known=known)
    letters = {f"digest:{edition.pk}:{one.subscriber_id}": one for one in deliveries if one.items}
    if letters:
        kind = kind_of_mail(edition.kind)
        keys = enqueue(
            drafts=[Draft(kind=kind, to_email=one.subscriber.email, dedupe_key=key) for key, one in letters.items()],
            now=now,
            batch=_batch_of(edition, now),
            expires_at=edition.expires_at,
        )
        for key, delivery in letters.items():
            delivery.message_id = keys[key]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True, batch_size=PAGE)
    done.letters += len(letters)
    done.skipped += len(deliveries) - len(letters)


def _batch_of(edition: Edition, now: datetime) -> Batch:
    """The batch of an edition, made with its first letter."""
    if edition.batch is None:
        edition.batch = Batch.objects.create(kind=kind_of_mail(edition.kind), label=str(edition), created_at=now)
        edition.save(update_fields=["batch"])
    return edition.batch


def _close(edition: Edition, done: Planned) -> None:
    """Ends the planning, unless some reader is still to come. Counters are counted, not added up."""
    if _without_delivery(edition).exists():
        return
    deliveries = Delivery.objects.filter(edition=edition)
    edition.candidates = deliveries.count()
    edition.skipped = deliveries.filter(message__isnull=True).count()
    edition.planned = edition.candidates - edition.skipped
    edition.status = Edition.Status.PLANNED
    edition.save(update_fields=["candidates", "skipped", "planned", "status"])
    done.editions += 1
