"""Planning: who is due, and what is told to whom. All of it can be interrupted anywhere and done again without harm."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from digests.models import Delivery, DeliveryQuerySet, Edition, Subscriber, SubscriberQuerySet
from digests.schedule import RHYTHMS, Rhythm, latest_slot, rhythm_of
from digests.sources import Window, for_reader, happened
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


def plan_due(*, now: datetime) -> Planned:
    """Makes the edition of the latest slot of each rhythm if it is not there, and plans what it still has to plan.

    Twice, or by two processes at the same time, it gives the same rows. A slot that is too old gives a cancelled
    edition: what it would have told rolls into the next one, because cursors do not move.
    """
    done = Planned()
    for rhythm in RHYTHMS:
        period_key, slot_at = latest_slot(now, rhythm)
        edition = _edition_of(rhythm=rhythm, period_key=period_key, slot_at=slot_at, now=now, done=done)
        if edition.status == Edition.Status.PLANNING:
            _plan(edition=edition, now=now, done=done)
    return done


def _edition_of(*, rhythm: Rhythm, period_key: date, slot_at: datetime, now: datetime, done: Planned) -> Edition:
    expires_at = slot_at + rhythm.max_lateness
    late = now >= expires_at
    edition, created = Edition.objects.get_or_create(
        kind=rhythm.frequency,
        period_key=period_key,
        defaults={
            "slot_at": slot_at,
            "cutoff": now - LAG,
            "expires_at": expires_at,
            "status": Edition.Status.CANCELLED if late else Edition.Status.PLANNING,
            "status_reason": "late" if late else "",
        },
    )
    done.late += created and late
    return edition


def _plan(*, edition: Edition, now: datetime, done: Planned) -> None:
    """Plans page after page, each in one transaction, until no reader of the edition is without a row."""
    while True:
        with transaction.atomic():
            edition = Edition.objects.select_for_update().get(pk=edition.pk)
            if edition.status != Edition.Status.PLANNING:
                return
            readers = _page_of(edition)
            if not readers:
                _close(edition, done)
                return
            _plan_page(edition=edition, readers=readers, now=now, done=done)


def _without_delivery(edition: Edition) -> SubscriberQuerySet:
    there = Delivery.objects.filter(edition=edition, subscriber=OuterRef("pk"))
    return Subscriber.objects.reading(edition.kind, slot_at=edition.slot_at).exclude(Exists(there))


def _in_flight() -> Exists:
    """Readers whose former letter is just being sent wait for the next tick: two windows would overlap."""
    return Exists(_being_sent().filter(subscriber=OuterRef("pk")))


def _being_sent() -> DeliveryQuerySet:
    return Delivery.objects.filter(message__state__in=Message.HELD_BY_A_WORKER)


def _page_of(edition: Edition) -> list[Subscriber]:
    """The next readers to plan. Their older letters are superseded; who is being sent one meanwhile is left out.

    Once no older letter waits, none can be claimed any more: the second look is the one that counts.
    """
    readers = list(_without_delivery(edition).exclude(_in_flight()).order_by("pk")[:PAGE])
    older = Delivery.objects.filter(subscriber__in=readers).exclude(edition=edition)
    supersede(messages=Message.objects.filter(pk__in=older.values("message")))
    busy = set(_being_sent().filter(subscriber__in=readers).values_list("subscriber", flat=True))
    return [reader for reader in readers if reader.pk not in busy]


def _plan_page(*, edition: Edition, readers: Sequence[Subscriber], now: datetime, done: Planned) -> None:
    """One page of readers: chooses what each is told since the last letter, and makes the rows."""
    older = Delivery.objects.filter(subscriber__in=readers).exclude(edition=edition)
    cursors = dict(
        older.told().values("subscriber").annotate(cursor=Max("to_cursor")).values_list("subscriber", "cursor")
    )
    starts = {reader.pk: max(filter(None, [cursors.get(reader.pk), reader.started_at])) for reader in readers}
    ahead = edition.cutoff + rhythm_of(edition.kind).period
    window = Window(
        start=min(starts.values()),
        end=edition.cutoff,
        ahead=ahead,
        user_ids=frozenset(reader.user_id for reader in readers if reader.user_id),
    )
    items = happened(window)
    rows = _Rows(edition)
    for reader in readers:
        start = starts[reader.pk]
        chosen = for_reader(items, user_id=reader.user_id, start=start, end=edition.cutoff, ahead=ahead)
        rows.add(
            Delivery(
                edition=edition,
                subscriber=reader,
                from_cursor=start,
                to_cursor=max(start, edition.cutoff),
                items=[item.ref for item in chosen],
            )
        )
    rows.save(now=now)
    done.letters += len(rows.letters)
    done.skipped += len(rows.deliveries) - len(rows.letters)


@dataclass
class _Rows:
    """The rows of one page: a delivery per reader, a message per letter."""

    edition: Edition
    deliveries: list[Delivery] = field(default_factory=list)
    letters: dict[str, Delivery] = field(default_factory=dict)

    def add(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        if delivery.items:
            self.letters[f"digest:{self.edition.pk}:{delivery.subscriber_id}"] = delivery

    def save(self, *, now: datetime) -> None:
        if self.letters:
            keys = enqueue(
                drafts=[
                    Draft(kind=kind_of_mail(self.edition.kind), to_email=one.subscriber.email, dedupe_key=key)
                    for key, one in self.letters.items()
                ],
                now=now,
                batch=_batch_of(self.edition, now),
                expires_at=self.edition.expires_at,
            )
            for key, delivery in self.letters.items():
                delivery.message_id = keys[key]
        Delivery.objects.bulk_create(self.deliveries, ignore_conflicts=True, batch_size=PAGE)


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
