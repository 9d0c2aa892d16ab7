"""Outages, concurrent ticks, a hundred thousand subscribers: one digest, each entry once, at a constant cost."""

import re
import threading
import tracemalloc
from dataclasses import replace
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digests.models import Delivery, Edition, Frequency, Subscriber
from digests.queries import composition
from digests.services.planning import PAGE, plan_due
from mailing.drain import drain
from mailing.models import Message
from participation.models import Proposal
from tests.digests.factories import DAY, MINUTE, SLOT, SubscriberFactory
from tests.digests.mails import read_digests
from tests.factories import NewsPageFactory
from tests.mailing.fakes import FakeTransport

HOUR = 60 * MINUTE


@pytest.mark.django_db
@pytest.mark.parametrize(
    "outage",
    [HOUR, *(pytest.param(days * DAY, marks=pytest.mark.thorough) for days in (3, 40))],
    ids=["an hour", "three days", "forty days"],
)
def test_first_digest_after_an_outage_covers_everything_once(outage, monkeypatch):
    """One tick a day, except for the outage that begins before a slot; one proposal every second day."""
    monkeypatch.setattr(composition, "MAX_LINES", 200)
    monkeypatch.setitem(composition.LAYOUT, "proposals", replace(composition.LAYOUT["proposals"], limit=200))
    readers = [SubscriberFactory(frequency=each, started_at=SLOT - 40 * DAY) for each in Frequency.values]
    published = [SLOT + day * DAY for day in range(-35, 80, 2)]
    Proposal.objects.bulk_create(
        Proposal(title=f"Idée {number}", state="publiee", created_at=at, published_at=at)
        for number, at in enumerate(published)
    )
    down_at = SLOT - 30 * MINUTE
    received = [read_digests(down_at), read_digests(down_at + outage)]
    now = down_at + outage + DAY / 2
    for _ in range(33):
        received.append(read_digests(now))
        now += DAY
    for reader in readers:
        numbers = [
            int(number) for texts in received for number in re.findall(r"Idée (\d+)", texts.get(reader.email, ""))
        ]
        assert sorted(numbers) == sorted(set(numbers)), "reported twice"
        last = Delivery.objects.advancing().filter(subscriber=reader).latest("to_cursor").to_cursor
        assert last > now - 34 * DAY
        assert sorted(numbers) == [number for number, at in enumerate(published) if at <= last], "lost"
    assert all(len(texts) <= 3 for texts in received)


@pytest.mark.django_db
def test_windows_of_a_subscriber_are_contiguous():
    """Failed, expired or superseded digests leave no gap: the next window begins where the last sent one ended."""
    reader = SubscriberFactory(frequency="daily", started_at=SLOT - DAY)
    for day in range(20):
        now = SLOT + day * DAY
        if day % 3:
            NewsPageFactory(first_published_at=now - HOUR)
        plan_due(now=now)
        if day % 4:
            drain(max_seconds=60, clock=lambda now=now: now, transport=FakeTransport())
        elif day % 8:
            Message.objects.filter(state="pending").move(source=Message.State.PENDING, to=Message.State.EXPIRED)
    windows = list(
        Delivery.objects.advancing()
        .filter(subscriber=reader)
        .order_by("to_cursor")
        .values_list("from_cursor", "to_cursor")
    )
    assert len(windows) > 10
    assert windows[0][0] == reader.started_at
    assert all(before[1] == after[0] for before, after in pairwise(windows))
    assert Delivery.objects.filter(subscriber=reader).count() > len(windows), "some were not sent"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.parametrize("ticks", [2, 5, 20])
def test_concurrent_ticks_create_one_edition_and_one_delivery_each(ticks, monkeypatch):
    monkeypatch.setattr("digests.services.planning.PAGE", 7)
    SubscriberFactory.create_batch(60)
    SubscriberFactory.create_batch(20, frequency="daily", hour=18)
    NewsPageFactory(first_published_at=SLOT - DAY)
    gate, failures = threading.Barrier(ticks), []

    def tick():
        try:
            gate.wait()
            plan_due(now=SLOT)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(ticks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Edition.objects.count() == 2
    assert Delivery.objects.count() == Subscriber.objects.count() == 80
    edition = Edition.objects.get(slot_hour=7)
    assert (edition.status, edition.candidates, edition.planned) == ("planned", 60, 60)
    assert Message.objects.filter(batch=edition.batch).count() == 60


def create_subscribers(count):
    first = Subscriber.objects.count()
    Subscriber.objects.bulk_create(
        [
            Subscriber(
                email=f"n{number}@courriel.example",
                status=Subscriber.Status.ACTIVE,
                frequency="weekly",
                started_at=SLOT - 7 * DAY,
                verified_at=SLOT - 7 * DAY,
                created_at=SLOT - 7 * DAY,
            )
            for number in range(first, first + count)
        ],
        batch_size=1_000,
    )


@pytest.mark.thorough
@pytest.mark.django_db
def test_planning_costs_constant_queries_and_memory_per_page():
    """Queries grow with the number of pages, not of subscribers; memory does not grow."""
    Proposal.objects.bulk_create(
        Proposal(title=f"Idée {number}", state="publiee", created_at=SLOT - DAY, published_at=SLOT - DAY)
        for number in range(20)
    )
    costs, peaks = [], []
    for week, pages in ((0, 1), (1, 3)):
        create_subscribers(PAGE * pages - Subscriber.objects.count())
        Proposal.objects.update(published_at=SLOT + week * 7 * DAY - DAY)
        tracemalloc.start()
        with CaptureQueriesContext(connection) as queries:
            plan_due(now=SLOT + week * 7 * DAY)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        costs.append(len(queries))
        assert Message.objects.filter(batch__edition__slot_at=SLOT + week * 7 * DAY).count() == PAGE * pages
        Message.objects.update(state="sent")
    queries_a_page = (costs[1] - costs[0]) / 2
    assert queries_a_page <= 40
    assert peaks[1] < 2 * peaks[0]
