"""Client for outgoing requests: results, refusals, timeouts."""

import gzip
import re
import signal
import threading
import xml.sax
import zlib

import pytest

from common import fetching
from common.exchanges import unpack
from common.fetching import FetchFailed, NoSuchName, NotPublic, TookTooLong, alarm, fetch_public
from tests.outside import answer, flood, silence

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\n"


@pytest.fixture(autouse=True)
def under_alarm():
    with alarm(20):
        yield


def test_response_and_headers_of_the_request(outside):
    outside.says["ville.example/flux"] = answer(200, b"<rss/>", Content_Type="text/xml; charset=utf-8", ETag='"a"')
    response = fetch_public("http://ville.example/flux#ici", etag='"b"', modified="yesterday", accept="text/xml")
    assert (response.status, response.content_type, response.body) == (200, "text/xml", b"<rss/>")
    assert (response.headers["etag"], response.url, response.moved_to) == ('"a"', "http://ville.example/flux", "")
    (head,) = outside.asked
    for line in ('If-None-Match: "b"', "If-Modified-Since: yesterday", "Accept: text/xml", "Host: ville.example"):
        assert f"\r\n{line}\r\n" in head
    assert re.search(r"\r\nUser-Agent: comite \(\+http.*\)\r\n", head)
    assert "Cookie" not in head


@pytest.mark.parametrize("status", [304, 410, 429, 503])
def test_responses_of_other_statuses_are_returned(outside, status):
    outside.says["ville.example/"] = answer(status, Retry_After="120")
    response = fetch_public("http://ville.example")
    assert (response.status, response.headers["Retry-After"]) == (status, "120")


@pytest.mark.parametrize(
    ("packed", "says"),
    [
        (gzip.compress(b"<rss/>"), "gzip"),
        (gzip.compress(b"<rss") + gzip.compress(b"/>"), "x-gzip"),
        (zlib.compress(b"<rss/>"), "deflate"),
        (zlib.compress(b"<rss/>", wbits=-15), "deflate"),
        (b"<rss/>", "identity"),
    ],
    ids=["gzip", "two streams", "zlib", "bare deflate", "as it is"],
)
def test_compressed_bodies_are_decompressed(outside, packed, says):
    outside.says["ville.example/"] = answer(200, packed, Content_Encoding=says)
    assert fetch_public("http://ville.example/").body == b"<rss/>"


def test_size_limit_applies_after_decompression(outside):
    outside.says["ville.example/"] = answer(200, gzip.compress(b"a" * 1000), Content_Encoding="gzip")
    assert len(fetch_public("http://ville.example/", max_bytes=1000).body) == 1000
    with pytest.raises(FetchFailed, match="too long"):
        fetch_public("http://ville.example/", max_bytes=999)
    assert unpack([gzip.compress(b"abc")], max_bytes=3 + 20) == b"abc"


def test_body_is_not_read_unless_it_is_requested(outside):
    outside.says["ville.example/"] = flood(HEAD + b"\r\n", b"a" * 10_000)
    response = fetch_public("http://ville.example/", with_body=False)
    assert (response.status, response.body) == (200, b"")


def test_at_most_three_redirects_are_followed(outside):
    for step in range(4):
        outside.says[f"ville.example/{step}"] = answer(302, Location=f"/{step + 1}")
    outside.says["ville.example/4"] = answer(200, b"here")
    response = fetch_public("http://ville.example/1")
    assert (response.body, response.url, response.moved_to) == (b"here", "http://ville.example/4", "")
    with pytest.raises(FetchFailed, match="too many redirects"):
        fetch_public("http://ville.example/0")


def test_moved_to_is_the_end_of_the_permanent_redirects(outside):
    outside.says["ville.example/"] = answer(301, Location="http://autre.example/é".encode().decode("latin-1"))
    outside.says["autre.example/%C3%A9"] = answer(308, Location="fin#ici")
    outside.says["autre.example/fin"] = answer(307, Location="/autre")
    outside.says["autre.example/autre"] = answer(301, Location="/encore")
    with pytest.raises(FetchFailed, match="too many"):
        fetch_public("http://ville.example/")
    outside.says["autre.example/autre"] = answer(200)
    assert fetch_public("http://ville.example/").moved_to == "http://autre.example/fin#ici"


def test_unknown_host_name_has_its_own_exception(outside):
    with pytest.raises(NoSuchName):
        fetch_public("http://nulle-part.invalid/")


def test_alarm_interrupts_waiting_for_a_server(outside, monkeypatch):
    monkeypatch.setattr(fetching, "PUBLIC_SECONDS", 60)
    outside.says["ville.example/"] = silence
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    with pytest.raises(TookTooLong):
        fetch_public("http://ville.example/")


def test_an_alarm_interrupts_a_parser():
    class Endless(xml.sax.ContentHandler):
        def startElement(self, name, attrs):
            for _turn in range(1000):
                hash(name)

    signal.setitimer(signal.ITIMER_REAL, 0.1)
    with pytest.raises(TookTooLong):
        xml.sax.parseString(b"<a>" + b"<b/>" * 1_000_000 + b"</a>", Endless())  # noqa: S317 - our own bytes


def test_swallowed_alarm_is_raised_again(monkeypatch):
    monkeypatch.setattr(fetching, "ALARM_AGAIN_SECONDS", 0.05)
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)

    def swallow():
        try:
            threading.Event().wait(20)
        except Exception:
            threading.Event().wait(20)

    with pytest.raises(TookTooLong):
        swallow()


class TestWithoutAlarm:
    @pytest.fixture(autouse=True)
    def under_alarm(self):
        """Replaces the fixture of the module: no alarm."""

    def test_no_request_is_sent_without_an_alarm(self, outside):
        with pytest.raises(RuntimeError, match="under an alarm"):
            fetch_public("http://ville.example/")
        assert outside.asked == []

    def test_alarm_requires_the_main_thread(self):
        raised = []

        def in_thread():
            try:
                with alarm(1):
                    pass
            except RuntimeError as error:
                raised.append(str(error))

        thread = threading.Thread(target=in_thread)
        thread.start()
        thread.join()
        assert "main thread" in raised[0]

    def test_alarms_cannot_be_nested(self):
        with alarm(10), pytest.raises(RuntimeError, match="already"), alarm(1):
            pass

    def test_alarm_restores_the_signal_handler_and_the_timer(self):
        before = signal.getsignal(signal.SIGALRM)
        with pytest.raises(TookTooLong), alarm(0.01):
            threading.Event().wait(20)
        assert signal.getsignal(signal.SIGALRM) == before
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_not_public_is_a_subclass_of_fetch_failed():
    assert issubclass(NotPublic, FetchFailed)
