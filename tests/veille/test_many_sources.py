"""Two hundred sources, one in ten hostile; and a worker killed while reading. With LONG=1 only."""

import os
import random
import signal
import threading
import time
from contextlib import suppress
from email.message import Message

import feedparser
import pytest
from django.db import connection, connections
from django.utils import timezone

from common.fetching import Answer, FetchFailed, alarm
from tests.factories import SourceFactory
from tests.veille.documents import REFUSED, item, rss
from veille.models import ReadingItem, Source
from veille.services import reading
from veille.services.reading import read_due

SOURCES, KILLS = 200, 50
TEXT = "<description><![CDATA[" + "<p>Une rue, <a href='/x'>un guichet</a>, une heure.</p>" * 20 + "]]></description>"


def body_of(number):
    """Returns the feed of a source: twenty items; for every tenth source a hostile feed."""
    if number % 10:
        return rss("".join(item(f"{number}-{n}", TEXT) for n in range(20)))
    return list(REFUSED.values())[number // 10 % len(REFUSED)][0]


def fake_fetch(url, **options):
    """Answers like a source, without network access."""
    return Answer(200, "application/rss+xml", body_of(int(url.rpartition("/")[2])), Message(), url, "")


def make_sources(count):
    for number in range(count):
        SourceFactory(feed_url=f"https://ville.example/{number}", next_reading_at=timezone.now())


def parse_alone(body):
    """Parses the same bytes with plain `feedparser`, for at most 30 seconds."""
    with suppress(FetchFailed, UnicodeError), alarm(30):
        feedparser.parse(body)


if os.environ.get("LONG"):

    @pytest.mark.django_db
    def test_hostile_sources_do_not_block_the_others():
        make_sources(SOURCES)
        begun = time.perf_counter()
        done = read_due(max_seconds=10_000, fetch=fake_fetch)
        ours = time.perf_counter() - begun
        alone = {True: 0.0, False: 0.0}
        for number in range(SOURCES):
            begun = time.perf_counter()
            parse_alone(body_of(number))
            alone[number % 10 == 0] += time.perf_counter() - begun
        total = sum(alone.values())
        print(f"{done}: {ours:.1f} s; feedparser alone {total:.1f} s, of these hostile {alone[True]:.1f} s")  # noqa: T201
        print(f"ratio {ours / total:.2f}; to the well-behaved alone {ours / alone[False]:.2f}")  # noqa: T201
        assert done.counts["feeds read"] >= SOURCES * 9 // 10
        assert not done.more

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="the test database of SQLite is in one process")
    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_killed_worker_leaves_no_lease_and_no_duplicate_item(monkeypatch):
        make_sources(40)
        monkeypatch.setattr(reading, "ALARM_SECONDS", 2)
        for _kill in range(KILLS):
            connections.close_all()
            child = os.fork()
            if not child:
                try:
                    read_due(max_seconds=60, fetch=fake_fetch)
                finally:
                    os._exit(0)
            kill = threading.Timer(random.uniform(0.02, 0.4), os.kill, [child, signal.SIGKILL])
            kill.start()
            os.waitpid(child, 0)
            kill.cancel()
            # The lease of the killed process and its place in the rate limit have expired.
            later = timezone.now() + 2 * reading.LEASE
            Source.objects.update(next_reading_at=timezone.now())
            read_due(max_seconds=3, clock=lambda later=later: later, fetch=fake_fetch)
        Source.objects.update(next_reading_at=timezone.now())
        later = timezone.now() + 10 * reading.LEASE
        read_due(max_seconds=10_000, clock=lambda: later, fetch=fake_fetch)
        assert not Source.objects.exclude(lease_until=None).exists()
        assert not Source.objects.filter(state=Source.State.GONE).exists()
        read = Source.objects.filter(failures=0)
        assert read.count() == 36
        assert ReadingItem.objects.count() == 36 * 20
