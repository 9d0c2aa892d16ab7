"""Hostile servers: each request ends in time and within memory, contacts no other host, and the next one works.

The limits are small here, so that each row is quick. With LONG=1 they are the real ones, and the time and the memory
of each row are printed: the bounds are 12.5 seconds and 100 MB. Attacks on the parser of feeds are in
`tests/veille`.
"""

import gzip
import os
import time
import tracemalloc
import zlib
from ipaddress import ip_address

import pytest

from common import fetching
from common.fetching import FetchFailed, NotPublic, alarm, fetch_public
from tests.outside import HERE, answer, drip, flood, silence

LONG = bool(os.environ.get("LONG"))
BOMB = 400_000_000 if LONG else 5_000_000
MAX_BYTES = 1_000_000 if LONG else 50_000
# For responses that end only at the timeout.
SECONDS = 10 if LONG else 0.15

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = OK + b"Content-Encoding: gzip\r\n\r\n"


def zeros(packer):
    """Returns a decompression bomb: compressed zeros, made in chunks."""
    piece = b"\0" * 1_000_000
    return b"".join([*(packer.compress(piece) for _piece in range(BOMB // len(piece))), packer.flush()])


def bomb(encoding, bits):
    return lambda: answer(200, zeros(zlib.compressobj(1, wbits=bits)), Content_Encoding=encoding)


def moved(target, status=302):
    return answer(status, Location=target)


# Response of the server of `ville.example` → expected outcome. "." is any failure, because timeouts have several
# messages.
SERVERS = {
    "silence": (silence, "."),
    "nothing at all": (b"", "."),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", "BadStatusLine"),
    "a drip of the first line": (drip(b"HTTP/1.1 ", b"2"), "."),
    "a drip of a header": (drip(OK + b"X: ", b"a"), "."),
    "a drip of headers": (drip(OK, b"X: a\r\n"), "."),
    "a drip of a body": (drip(OK + b"Content-Length: 9999\r\n\r\n", b"a"), "."),
    "a drip of a body until the end": (drip(OK + b"\r\n", b"a"), "."),
    "a drip of chunks": (drip(CHUNKED, b"1\r\na\r\n"), "."),
    "a drip of a size of a chunk": (drip(CHUNKED, b"0"), "."),
    "a drip of trailers": (drip(CHUNKED + b"0\r\n", b"X: a\r\n"), "."),
    "a drip of gzip": (drip(GZIP, gzip.compress(b"")), "."),
    "continue, without end": (flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "."),
    "an endless first line": (flood(b"HTTP/1.1 200 ", b"a" * 10_000), "LineTooLong"),
    "an endless header": (flood(OK + b"X: ", b"a" * 10_000), "LineTooLong"),
    "endless headers": (flood(OK, b"X: a\r\n"), "HTTPException"),
    "long headers": (answer(200, **{f"X{number}": "a" * 60_000 for number in range(90)}), "too long headers"),
    "an endless body": (flood(OK + b"\r\n", b"a" * 10_000), "too long"),
    "an endless body that says its length": (
        flood(OK + b"Content-Length: 99999999999\r\n\r\n", b"a" * 9_999),
        "too long",
    ),
    "endless chunks": (flood(CHUNKED, b"1000\r\n" + b"a" * 4096 + b"\r\n"), "too long"),
    "a chunk of a terabyte": (flood(CHUNKED + b"10000000000\r\n", b"a" * 10_000), "too long"),
    "an endless size of a chunk": (flood(CHUNKED, b"0" * 10_000), "LineTooLong"),
    "a size of a chunk that is none": (CHUNKED + b"-5\r\n", "."),
    "a negative length": (answer(200, b"abc", Content_Length=-5), None),
    "two lengths": (OK + b"Content-Length: 3\r\nContent-Length: 99\r\n\r\nabc", None),
    "less than it says": (answer(200, b"abc", Content_Length=10), "cut off"),
    "a bomb of gzip": (bomb("gzip", 31), "too long"),
    "a bomb of zlib": (bomb("deflate", 15), "too long"),
    "a bomb of deflate": (bomb("deflate", -15), "too long"),
    "gzip of nothing, without end": (flood(GZIP, gzip.compress(b"") * 500), "too long"),
    "gzip that is cut off": (answer(200, gzip.compress(b"abc" * 99)[:-9], Content_Encoding="gzip"), "cut off"),
    "gzip that is none": (answer(200, b"<rss/>" * 99, Content_Encoding="gzip"), "not compressed"),
    "gzip of gzip": (answer(200, gzip.compress(gzip.compress(b"a")), Content_Encoding="gzip, gzip"), "not asked for"),
    "a compression that nobody wanted": (answer(200, b"abc", Content_Encoding="br"), "not asked for"),
    "a loop": (moved("/"), "too many"),
    "a loop of two": (moved("http://autre.example/retour"), "too many"),
    "four redirects": (moved("http://autre.example/4"), "too many"),
    "a redirect with an endless body": (flood(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", b"a" * 10_000), "too many"),
    "a redirect to nowhere": (moved("http://["), "nowhere"),
    "a redirect to the metadata of a cloud": (moved("http://169.254.169.254/latest/meta-data/"), NotPublic),
    "a redirect to a number": (moved("http://2852039166/"), NotPublic),
    "a redirect to this machine": (moved("http://[::1]/"), NotPublic),
    "a redirect to a file": (moved("file:///etc/passwd"), NotPublic),
    "a redirect to another port": (moved("http://ville.example:6379/"), NotPublic),
    "a redirect with a user name": (moved("http://a:b@ville.example/"), NotPublic),
    "a redirect to a name behind walls": (moved("http://mur.example/"), NotPublic),
    "a redirect to two addresses, one behind walls": (moved("http://deux.example/"), NotPublic),
    "a redirect to a name that changes its mind": (moved("http://change.example/"), None),
    "a redirect to a name that takes for ever": (moved("http://lent.example/"), "about the name"),
    "a redirect to silence before TLS": (moved("https://ville.example/"), "."),
    "a redirect to a drip of TLS": (moved("https://drip.example/"), "."),
    "a redirect to what is no TLS": (moved("https://faux.example/"), "."),
}


@pytest.fixture
def servers(outside):
    lookups = []
    outside.names |= {
        "mur.example": [("10.0.0.1", 80)],
        "deux.example": [*outside.ends(), ("::ffff:10.0.0.1", 80)],
        "change.example": lambda: lookups.append(1) or (outside.ends() if len(lookups) == 1 else [("10.0.0.1", 80)]),
        "lent.example": lambda: outside.over.wait(30) and [],
    }
    outside.says |= {"suivante.example/": answer(200, b"read"), "autre.example/retour": moved("http://ville.example/")}
    outside.says |= {f"autre.example/{left}": moved(f"http://autre.example/{left - 1}") for left in range(1, 5)}
    return outside


@pytest.mark.parametrize("server", SERVERS)
def test_request_to_a_hostile_server_is_limited_and_the_next_one_works(servers, connected, capsys, monkeypatch, server):
    says, ends = SERVERS[server]
    if ends in (".", "about the name"):
        monkeypatch.setattr(fetching, "PUBLIC_SECONDS", SECONDS)
    servers.says["ville.example/"] = says() if server.startswith("a bomb") else says
    if "drip of TLS" in server:
        servers.handshake = drip(b"\x16\x03\x03\x40\x00", b"\x02")
    elif "no TLS" in server:
        servers.handshake = flood(b"", b"HTTP/1.1 400 Bad Request\r\n")
    if LONG:
        tracemalloc.start()
    began = time.monotonic()
    with alarm(12):
        if ends is None:
            fetch_public("http://ville.example/", max_bytes=MAX_BYTES)
        else:
            kind, words = (FetchFailed, ends) if isinstance(ends, str) else (ends, None)
            with pytest.raises(kind, match=words):
                fetch_public("http://ville.example/", max_bytes=MAX_BYTES)
    lasted = time.monotonic() - began
    if LONG:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        with capsys.disabled():
            print(f"\n{server}: {lasted:.1f} s, {peak / 1e6:.1f} MB", end="")  # noqa: T201 - a measurement
        assert peak < 100_000_000
    assert lasted < 12.5
    assert {ip_address(host) for host, *_end in connected} <= {ip_address(HERE)}
    monkeypatch.setattr(fetching, "PUBLIC_SECONDS", 10)
    with alarm(12):
        after = fetch_public("http://suivante.example/")
    assert after.body == b"read"


def test_table_has_at_least_50_servers():
    assert len(SERVERS) >= 50
