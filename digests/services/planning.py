"""Planning of editions: deliveries and mails of their readers. Idempotent after any interruption."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from digests.models import Delivery, DeliveryQuerySet, Edition, Subscriber, SubscriberQuerySet
from digests.models.frequencies import kind_of_mail
from digests.models.schedule import Schedule, latest_slot
from digests.notifications.digest import DIGESTS
from digests.queries.deliveries import LAG, deliveries_for, rhythms_in_use
from digests.queries.editorials import editorial_on
from digests.queries.items import Item, Window
from mailing.models import Batch, Message
from mailing.notifications import Recipient
from mailing.services import supersede

PAGE = 500
# Rows per statement: after months of silence a row has thousands of keys, and a statement is in memory several times.
ROWS = 125
Clock = Callable[[], datetime]


@dataclass
class PlanningSummary:
    """Counts of one call of `plan_due`, over all editions. `more` is True if the time limit was reached."""

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
        parts = [f"{count} {name}" for name, count in counts.items() if count]
        return ", ".join([*parts, "the rest at the next tick"] if self.more else parts)


def plan_due(*, now: datetime, max_seconds: float | None = None, clock: Clock = timezone.now) -> PlanningSummary:
    """Creates the edition of the latest slot of each schedule if it does not exist, and plans its remaining readers.

    No page of readers is started after `max_seconds`: what is planned stays, and the next call continues.
    Idempotent, also if two processes run it at the same time. A slot that is too old gives a cancelled edition; its
    content goes into the next one, because cursors do not move. If nothing is due it costs two queries, for any
    number of schedules.
    """
    summary = PlanningSummary()
    stop_at = None if max_seconds is None else clock() + timedelta(seconds=max_seconds)

    def is_over() -> bool:
        summary.more = stop_at is not None and clock() >= stop_at
        return summary.more

    slots = [(rhythm, *latest_slot(now, rhythm)) for rhythm in rhythms_in_use()]
    editions = {
        (edition.kind, edition.period_key, edition.slot_hour): edition
        for edition in Edition.objects.filter(period_key__in={period_key for _rhythm, period_key, _at in slots})
    }
    for rhythm, period_key, slot_at in slots:
        edition = editions.get((rhythm.frequency, period_key, rhythm.at.hour)) or _edition_of(
            rhythm=rhythm, period_key=period_key, slot_at=slot_at, now=now, summary=summary
        )
        if edition.status == Edition.Status.PLANNING:
            _plan(edition=edition, now=now, summary=summary, is_over=is_over)
        if summary.more:
            break
    return summary


def _edition_of(
    *, rhythm: Schedule, period_key: date, slot_at: datetime, now: datetime, summary: PlanningSummary
) -> Edition:
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
    summary.late += created and late
    return edition


def _plan(*, edition: Edition, now: datetime, summary: PlanningSummary, is_over: Callable[[], bool]) -> None:
    """Plans page by page, one transaction each, until every reader of the edition has a row or the time is over.

    Pages are by primary key, so that the last one costs as much as the first one. Readers skipped because an earlier
    digest is being sent are left to the next tick.
    """
    after = 0
    cached: dict[Window, list[Item]] = {}
    while not is_over():
        with transaction.atomic():
            edition = Edition.objects.select_for_update().get(pk=edition.pk)
            if edition.status != Edition.Status.PLANNING:
                return
            readers = _page_of(edition, after)
            if not readers:
                _close(edition, summary)
                return
            _plan_page(edition=edition, readers=_not_busy(readers), now=now, summary=summary, cached=cached)
            after = readers[-1].pk


def _without_delivery(edition: Edition) -> SubscriberQuerySet:
    deliveries = Delivery.objects.filter(edition=edition, subscriber=OuterRef("pk"))
    return Subscriber.objects.reading(edition).exclude(Exists(deliveries))


def _being_sent() -> DeliveryQuerySet:
    return Delivery.objects.filter(message__state__in=Message.HELD_BY_A_WORKER)


def _page_of(edition: Edition, after: int) -> list[Subscriber]:
    """Returns the next readers to plan, and supersedes their older digests.

    Empty if there is none after the primary key `after`. They are locked, so that no change of schedule and no other
    edition can intervene before their rows are written.
    """
    waiting = _without_delivery(edition).filter(pk__gt=after)
    # PostgreSQL cannot lock the account, which is nullable.
    readers = waiting.select_for_update(of=("self",)).order_by("pk")
    page = list(readers[:PAGE])
    older = Delivery.objects.filter(subscriber__in=page).exclude(edition=edition)
    supersede(messages=Message.objects.filter(pk__in=older.values("message")))
    return page


def _not_busy(readers: Sequence[Subscriber]) -> list[Subscriber]:
    """Returns the `readers` without a digest being sent at the moment, whose window would overlap.

    Call it after older digests are superseded: then none can be claimed any more.
    """
    busy = set(_being_sent().filter(subscriber__in=readers).values_list("subscriber", flat=True))
    return [reader for reader in readers if reader.pk not in busy]


def _plan_page(
    *,
    edition: Edition,
    readers: Sequence[Subscriber],
    now: datetime,
    summary: PlanningSummary,
    cached: dict[Window, list[Item]],
) -> None:
    """Plans one page of readers: a delivery for each, and a message if the delivery is not empty."""
    deliveries = deliveries_for(edition, readers, now=now, cached=cached)
    to_send = {f"digest:{edition.pk}:{delivery.subscriber_id}": delivery for delivery in deliveries if delivery.items}
    if to_send:
        keys = DIGESTS[edition.kind].plan(
            [Recipient(delivery.subscriber.email, key=key) for key, delivery in to_send.items()],
            now=now,
            batch=_batch_of(edition, now),
            expires_at=edition.expires_at,
        )
        for key, delivery in to_send.items():
            delivery.message_id = keys[key]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True, batch_size=ROWS)
    summary.digests += len(to_send)
    summary.skipped += len(deliveries) - len(to_send)


def _batch_of(edition: Edition, now: datetime) -> Batch:
    """Returns the batch of an edition, created with its first digest."""
    if edition.batch is None:
        edition.batch = Batch.objects.create(kind=kind_of_mail(edition.kind), label=str(edition), created_at=now)
        edition.save(update_fields=["batch"])
    return edition.batch


def _close(edition: Edition, summary: PlanningSummary) -> None:
    """Ends the planning if no reader is left. Counters are recounted, not incremented."""
    if _without_delivery(edition).exists():
        return
    deliveries = Delivery.objects.filter(edition=edition)
    edition.candidates = deliveries.count()
    edition.skipped = deliveries.filter(message__isnull=True).count()
    edition.planned = edition.candidates - edition.skipped
    edition.status = Edition.Status.PLANNED
    edition.save(update_fields=["candidates", "skipped", "planned", "status"])
    summary.editions += 1
