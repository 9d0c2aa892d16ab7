"""Planning of editions: the rows of their readers, and the mails. Idempotent, wherever it is interrupted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from digests.models import Delivery, DeliveryQuerySet, Edition, Subscriber, SubscriberQuerySet
from digests.models.frequencies import kind_of_mail
from digests.models.schedule import Rhythm, latest_slot
from digests.notifications.digest import DIGESTS
from digests.queries.deliveries import LAG, deliveries_for, rhythms_in_use
from digests.queries.editorials import editorial_on
from digests.queries.items import Item, Window
from mailing.models import Batch, Message
from mailing.notifications import Recipient
from mailing.services import supersede

PAGE = 500
# Of one statement: after months of silence a row holds thousands of keys, and the statement is in memory several times.
ROWS = 100
Clock = Callable[[], datetime]


@dataclass
class Planned:
    """Counts of one call of `plan_due`, over all editions. `more` says that its time was over before it was done."""

    editions: int = 0
    digests: int = 0
    skipped: int = 0
    late: int = 0
    more: bool = False

    def __str__(self) -> str:
        counts = {
            "editions": self.editions,
            "digests planned": self.digests,
            "nothing to say": self.skipped,
            "editions too late": self.late,
        }
        said = [f"{count} {name}" for name, count in counts.items() if count]
        return ", ".join([*said, "the rest at the next tick"] if self.more else said)


def plan_due(*, now: datetime, max_seconds: float | None = None, clock: Clock = timezone.now) -> Planned:
    """Makes the edition of the latest slot of each rhythm if it is not there, and plans what it still has to plan.

    It begins no page of readers after `max_seconds`: what is planned stays, and the next call goes on with the others.

    Idempotent, also when two processes run it at the same time. A slot that is too old gives a cancelled
    edition: what it would have told rolls into the next one, because cursors do not move. When nothing is due it costs
    two queries, however many rhythms there are.
    """
    done = Planned()
    stop_at = None if max_seconds is None else clock() + timedelta(seconds=max_seconds)

    def is_over() -> bool:
        done.more = stop_at is not None and clock() >= stop_at
        return done.more

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
            _plan(edition=edition, now=now, done=done, is_over=is_over)
        if done.more:
            break
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
            "word": editorial_on(period_key, rhythm.frequency),
        },
    )
    done.late += created and late
    return edition


def _plan(*, edition: Edition, now: datetime, done: Planned, is_over: Callable[[], bool]) -> None:
    """Plans page after page, each in one transaction, until no reader of the edition is without a row or time is over.

    Pages go by key, so that the last one costs what the first one does. Who is left out on the way, because a former
    digest is just being sent, is for the next tick.
    """
    after = 0
    known: dict[Window, list[Item]] = {}
    while not is_over():
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
    """The next readers to plan, whose older digests are superseded. Empty when there is none after the key `after`.

    They are locked: nobody changes a rhythm, and no other edition plans them, between the look and the rows.
    """
    waiting = _without_delivery(edition).filter(pk__gt=after)
    # PostgreSQL cannot lock the account, which a reader may not have.
    readers = waiting.select_for_update(of=("self",)).order_by("pk")
    page = list(readers[:PAGE])
    older = Delivery.objects.filter(subscriber__in=page).exclude(edition=edition)
    supersede(messages=Message.objects.filter(pk__in=older.values("message")))
    return page


def _not_busy(readers: Sequence[Subscriber]) -> list[Subscriber]:
    """Those of `readers` whose former digest is not just being sent: two windows would overlap.

    Once no older digest waits, none can be claimed any more: the look after that is the one that counts.
    """
    busy = set(_being_sent().filter(subscriber__in=readers).values_list("subscriber", flat=True))
    return [reader for reader in readers if reader.pk not in busy]


def _plan_page(
    *,
    edition: Edition,
    readers: Sequence[Subscriber],
    now: datetime,
    done: Planned,
    known: dict[Window, list[Item]],
) -> None:
    """Plans one page of readers: a delivery for each, and a message where there is something to say."""
    deliveries = deliveries_for(edition, readers, now=now, known=known)
    to_send = {f"digest:{edition.pk}:{one.subscriber_id}": one for one in deliveries if one.items}
    if to_send:
        keys = DIGESTS[edition.kind].plan(
            [Recipient(one.subscriber.email, key=key) for key, one in to_send.items()],
            now=now,
            batch=_batch_of(edition, now),
            expires_at=edition.expires_at,
        )
        for key, delivery in to_send.items():
            delivery.message_id = keys[key]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True, batch_size=ROWS)
    done.digests += len(to_send)
    done.skipped += len(deliveries) - len(to_send)


def _batch_of(edition: Edition, now: datetime) -> Batch:
    """The batch of an edition, made with its first digest."""
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
