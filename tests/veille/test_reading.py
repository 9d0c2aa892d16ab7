"""Reading of sources, with real requests to loopback servers."""

import datetime as dt
from functools import partial

import pytest
from django.core.management import call_command

from common import fetching
from common.fetching import FetchFailed
from common.locks import acquire
from common.rate_limit import OUTGOING, fetch_with_rate_limit
from tests.factories import ReadingItemFactory, SourceFactory
from tests.outside import answer
from tests.veille.documents import item, rss
from veille.models import ReadingItem, Source
from veille.services import reading
from veille.services.reading import LEASE, has_due, read_due

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 27, 9, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class Clock:
    """Clock of the test, advanced explicitly."""

    def __init__(self):
        self.now = NOW

    def pause(self, seconds):
        self.now += dt.timedelta(seconds=seconds)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def outside(outside, monkeypatch):
    """Loopback servers with a longer timeout; `fetching` has its own tests for slow servers."""
    monkeypatch.setattr(fetching, "PUBLIC_SECONDS", 10)
    return outside


@pytest.fixture
def read(clock, outside):
    """Returns a function that reads the due sources and returns `source` afterwards."""

    def run(source):
        clock.now = max(clock.now, source.next_reading_at)
        clock.now += dt.timedelta(seconds=2)
        read_due(max_seconds=40, clock=clock, fetch=partial(fetch_with_rate_limit, pause=clock.pause))
        source.refresh_from_db()
        return source

    return run


@pytest.fixture
def source():
    return SourceFactory(
        feed_url="http://ville.example/flux", language="de", place="Kehl", next_reading_at=NOW, created_at=NOW
    )


def test_items_are_stored_once_in_the_order_of_the_feed(source, read, outside):
    outside.says["ville.example/flux"] = answer(200, rss(item(1) + item(2)))
    read(source)
    outside.says["ville.example/flux"] = answer(200, rss(item(3) + item(1) + item(2)))
    read(source)
    items = list(ReadingItem.objects.all())
    assert [one.title for one in items] == ["Titre 3", "Titre 1", "Titre 2"]
    assert {(one.language, one.place, one.state) for one in items} == {("de", "Kehl", "new")}
    assert source.last_item_at == items[0].found_at == source.read_at
    assert source.next_reading_at == source.read_at + 6 * HOUR


def test_item_set_aside_is_not_stored_again(source, read, outside):
    outside.says["ville.example/flux"] = answer(200, rss(item(1)))
    read(source)
    ReadingItem.objects.update(state="set_aside", text="")
    read(source)
    assert ReadingItem.objects.get().state == "set_aside"


def test_response_304_adds_nothing(source, read, outside):
    outside.says["ville.example/flux"] = answer(200, rss(item(1)), ETag='"v1"', Last_Modified="Fri, 27 Nov 2026")
    read(source)
    outside.says["ville.example/flux"] = answer(304)
    read(source)
    assert 'If-None-Match: "v1"' in outside.asked[-1]
    assert "If-Modified-Since: Fri, 27 Nov 2026" in outside.asked[-1]
    assert (source.failures, source.error, ReadingItem.objects.count()) == (0, "", 1)


def test_quiet_source_is_not_reported_as_failing(source, read, clock, outside):
    outside.says["ville.example/flux"] = answer(200, rss(item(1)))
    read(source)
    clock.now += 31 * DAY
    read(source)
    assert source.is_quiet(clock.now)
    assert source.condition(clock.now) == "Silencieuse depuis un mois"
    assert source.next_reading_at == source.read_at + DAY
    outside.says["ville.example/flux"] = answer(500)
    read(source)
    assert not source.is_quiet(clock.now)
    assert source.condition(clock.now) == "Ne peut pas être lue"


def test_failing_source_is_retried_with_growing_delays_until_it_recovers(source, read, clock, outside):
    outside.says["ville.example/flux"] = answer(503)
    delays = []
    for _try in range(7):
        read(source)
        delays.append((source.next_reading_at - source.read_at) // HOUR)
    assert delays == [1, 2, 4, 8, 16, 24, 24]
    assert "503" in source.error
    outside.says["ville.example/flux"] = answer(200, rss(item(1)))
    read(source)
    assert (source.failures, source.failing_since, source.error) == (0, None, "")


def test_source_failing_for_60_days_is_gone(source, read, clock):
    read(source)
    clock.now += 59 * DAY
    assert read(source).state == Source.State.READ
    clock.now += DAY
    assert read(source).state == Source.State.GONE
    assert not has_due(clock.now + 100 * DAY)


def test_response_410_marks_the_source_as_gone(source, read, outside):
    outside.says["ville.example/flux"] = answer(410)
    assert read(source).state == Source.State.GONE


def test_retry_after_of_a_429_response_is_respected(source, read, outside):
    outside.says["ville.example/flux"] = answer(429, Retry_After="36000")
    read(source)
    assert source.next_reading_at == source.read_at + 10 * HOUR
    assert "429" in source.error


def test_permanent_redirect_changes_the_feed_url(source, read, outside):
    outside.says["ville.example/flux"] = answer(301, Location="http://ville.example/nouveau")
    outside.says["ville.example/nouveau"] = answer(200, rss(item(1)))
    read(source)
    assert source.feed_url == "http://ville.example/nouveau"
    assert "http://ville.example/flux" in source.error


def test_redirect_to_the_url_of_another_source_is_not_saved(source, read, outside):
    SourceFactory(feed_url="http://ville.example/nouveau", next_reading_at=NOW + 100 * DAY)
    outside.says["ville.example/flux"] = answer(301, Location="http://ville.example/nouveau")
    outside.says["ville.example/nouveau"] = answer(200, rss(item(1)))
    assert read(source).feed_url == "http://ville.example/flux"
    assert source.failures == 0


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://169.254.169.254/latest/meta-data/", "public"),
        ("http://10.0.0.1/", "public"),
        ("http://inconnu.invalid/", "nom"),
        ("http://rien.example/", "404"),
        ("http://page.example/", "http://page.example/rss"),
    ],
)
def test_error_is_saved_in_french_and_the_next_source_is_read(url, sentence, read, source, outside):
    outside.says["page.example/"] = answer(200, b'<link rel="alternate" type="application/rss+xml" href="/rss">')
    outside.says["ville.example/flux"] = answer(200, rss(item(1)))
    broken = SourceFactory(feed_url=url, next_reading_at=NOW - HOUR)
    read(source)
    broken.refresh_from_db()
    assert sentence in broken.error
    assert (broken.failures, source.failures, ReadingItem.objects.count()) == (1, 0, 1)


def test_unexpected_error_does_not_stop_other_sources(source, clock, caplog):
    SourceFactory(next_reading_at=NOW - HOUR)

    def fetch(url, **options):
        if url == source.feed_url:
            raise FetchFailed("cut off")
        raise RuntimeError("never seen before")

    assert str(read_due(max_seconds=40, clock=clock, fetch=fetch)) == "2 feeds failed"
    assert "never seen before" in caplog.text


def test_source_of_a_killed_worker_is_read_after_its_lease(source, clock, read, outside):
    class Killed(BaseException):
        pass

    def kill(url, **options):
        raise Killed

    with pytest.raises(Killed):
        read_due(max_seconds=40, clock=clock, fetch=kill)
    assert not has_due(NOW)
    clock.now += LEASE
    outside.says["ville.example/flux"] = answer(200, rss(item(1)))
    assert read(source).lease_until is None
    assert ReadingItem.objects.count() == 1


def test_result_after_the_lease_is_discarded(source, clock):
    def slow(url, **options):
        clock.now += LEASE
        Source.objects.filter(pk=source.pk).update(lease_until=clock.now + LEASE)
        raise FetchFailed("cut off")

    assert str(read_due(max_seconds=40, clock=clock, fetch=slow)) == "1 feeds failed"
    source.refresh_from_db()
    assert (source.failures, source.lease_until) == (0, clock.now + LEASE)


def test_source_paused_during_reading_remains_paused(source, clock):
    def pause(url, **options):
        Source.objects.filter(pk=source.pk).update(state=Source.State.PAUSED)
        raise FetchFailed("cut off")

    source.failing_since = NOW - 100 * DAY
    source.save()
    read_due(max_seconds=40, clock=clock, fetch=pause)
    source.refresh_from_db()
    assert source.state == Source.State.PAUSED


def test_reading_is_exclusive_and_limited_in_time(source, clock):
    SourceFactory.create_batch(3, next_reading_at=NOW)
    urls = []

    def slow(url, **more):
        urls.append(url)
        clock.now += dt.timedelta(seconds=12)
        raise FetchFailed("cut off")

    acquire(OUTGOING, now=NOW, hold=HOUR)
    assert str(read_due(max_seconds=40, clock=clock, fetch=slow)) == ""
    clock.now += HOUR
    done = read_due(max_seconds=24, clock=clock, fetch=slow)
    assert (len(urls), done.more) == (2, True)


def test_query_count_does_not_depend_on_the_size_of_the_feed(source, clock, django_assert_max_num_queries, outside):
    outside.says["ville.example/flux"] = answer(200, rss("".join(map(item, range(200)))))
    ReadingItemFactory.create_batch(50, source=source)
    with django_assert_max_num_queries(25):
        read_due(max_seconds=40, clock=clock)
    assert source.items.count() == 250


def test_the_command_reads_without_a_broker(outside, capsys):
    SourceFactory(feed_url="http://ville.example/flux")
    outside.says["ville.example/flux"] = answer(200, rss(item(1)))
    call_command("tick")
    assert "1 feeds read" in capsys.readouterr().out


def test_run_without_due_sources_costs_one_query(django_assert_num_queries, clock):
    with django_assert_num_queries(1):
        assert not read_due(max_seconds=40, clock=clock).more
    assert dt.timedelta(seconds=reading.ALARM_SECONDS) < reading.LEASE
