"""Parsing of feeds: captures of real ones, and a table of hostile ones."""

import json
import os
import resource
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pytest
from django.utils import translation

from common.fetching import TookTooLong, alarm
from tests.hostile import TEXTS
from tests.veille.documents import LINKS, READ, REFUSED, SLOW, item, rss
from veille.errors import FeedRefused
from veille.services.feeds import MAX_ITEMS, MAX_TITLE, read_feed

LONG = os.environ.get("LONG") == "1"
URL = "https://source.example/flux"
CAPTURES = Path(__file__).resolve().parents[3] / "shared/data/flux-rss-captures"
EXPECTED = CAPTURES / "expected-feedparser-6.0.14.json"
# Compressed feeds and other documents, in which `feedparser` alone finds nothing.
OTHERS = {"compressed.xml": 10, "notafeed.html": "page"}


if EXPECTED.exists():

    @pytest.mark.parametrize("expected", json.loads(EXPECTED.read_text()), ids=lambda expected: expected["file"])
    def test_a_capture_of_a_real_feed_gives_its_items(expected):
        body = (CAPTURES / expected["file"]).read_bytes()
        outcome = OTHERS.get(expected["file"], expected["distinct_ids"])
        if isinstance(outcome, str):
            with pytest.raises(FeedRefused, match=outcome):
                read_feed(body, url=URL)
            return
        feed = read_feed(body, url=URL)
        assert len({one.identifier for one in feed.items}) == len(feed.items) == outcome
        assert all(one.title for one in feed.items)
        assert bool(feed.remark) == (expected["file"] == "saxerror.xml")


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_feed_is_refused_with_a_message(name):
    body, message = REFUSED[name]
    with translation.override("en"), pytest.raises(FeedRefused, match=message):
        read_feed(body, url=URL)


@pytest.mark.parametrize("name", READ)
def test_unusual_feed_is_parsed_as_far_as_possible(name):
    body, count = READ[name]
    feed = read_feed(body, url=URL)
    assert len(feed.items) == count
    assert all(len(one.title) <= MAX_TITLE and len(one.text) <= 2_000 for one in feed.items)


if LONG:

    @pytest.mark.parametrize("name", SLOW)
    def test_slow_feed_is_stopped_by_the_alarm(name, record_property):
        body, count = SLOW[name]
        begun, memory = perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            with alarm(12):
                feed = read_feed(body, url=URL)
        except TookTooLong:
            assert count is None
        else:
            assert count is None or len(feed.items) == count
        seconds, more = perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
        record_property("journey", f"{seconds:.1f} s, {more // 1024} MB more")
        assert seconds <= 12.5
        assert more < 100 * 1024


def test_items_over_the_limit_are_dropped_with_a_remark():
    feed = read_feed(rss("".join(map(item, range(MAX_ITEMS + 10)))), url=URL)
    assert [one.identifier for one in feed.items] == [str(number) for number in range(MAX_ITEMS)]
    assert "210" in feed.remark


def test_refusal_of_a_page_names_its_feed():
    page = b'<html><head><link type="application/atom+xml" rel="feed Alternate" href="/flux?a=1&amp;b=2">'
    with pytest.raises(FeedRefused, match=r"https://source\.example/flux\?a=1&b=2"):
        read_feed(page, url=URL)


@pytest.mark.parametrize(("link", "url"), LINKS.items())
def test_link_of_an_item_is_an_absolute_web_url_or_empty(link, url):
    (feed_item,) = read_feed(rss(f"<item><title>Titre</title><link>{link}</link></item>"), url=URL).items
    assert feed_item.url == url


@pytest.mark.parametrize("name", TEXTS)
def test_title_is_plain_text_on_one_line(name):
    text = TEXTS[name].replace("\0", "").replace("\x1b", "").replace("\x07", "").replace("]]>", "")
    feed = read_feed(rss(f"<item><guid>1</guid><title><![CDATA[a {text}]]></title></item>"), url=URL)
    (feed_item,) = feed.items
    assert not {"\n", "\r", "\u202e", "\x85", "<script>"} & set(feed_item.title)
    assert "<script" not in feed_item.title
    assert feed_item.title.startswith("a")


def test_invalid_date_is_none():
    dates = ["Fri, 27 Nov 2026 08:00:00 GMT", "9999-12-31T23:59:59Z", "Wed, 32 Foo 2020", "2" * 5_000]
    feed = read_feed(rss("".join(item(n, f"<pubDate>{date}</pubDate>") for n, date in enumerate(dates))), url=URL)
    assert [one.dated_at for one in feed.items] == [datetime(2026, 11, 27, 8, tzinfo=UTC), None, None, None]
