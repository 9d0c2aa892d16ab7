"""Answers of another server, within bounds: nothing that it does keeps a page waiting for long, or fills the memory.

Straight from this machine: no proxy, no redirect, no cookie, no second try.
"""

import socket
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, urlencode, urlsplit

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# Until it is connected, then until the last byte has come, however slowly it comes.
CONNECTING_SECONDS = 4
ANSWERING_SECONDS = 8
MAX_BYTES = 256 * 1024


class FetchFailed(Exception):
    """No whole answer came. The words are for the log, and hold nothing of what was asked or answered."""


@dataclass(frozen=True)
class Answer:
    """What came: the status, the type without its parameters, and the body."""

    status: int
    content_type: str
    body: bytes


def may_be_fetched(url: str) -> bool:
    """Whether `url` is one that `fetch` takes: HTTPS, or plain HTTP of this machine; without a name or a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return is_safe and bool(parts.hostname) and "@" not in parts.netloc and port != 0 and url.isprintable()


def fetch(url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Returns the answer of `url` to a GET, or to a POST of `form`. Raises `FetchFailed`; a redirect is an answer."""
    if not may_be_fetched(url):
        raise FetchFailed("an address that is not fetched")
    parts = urlsplit(url)
    body = None if form is None else urlencode(form)
    sent = {"Accept": "application/json, application/jwt", "User-Agent": "comite", **(headers or {})}
    if form is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    with closing(_connection(parts)) as connection:
        try:
            connection.connect()
            deadline = monotonic() + ANSWERING_SECONDS
            over = Timer(ANSWERING_SECONDS, _hang_up, [connection.sock])
            over.start()
            try:
                connection.request("GET" if form is None else "POST", _target(parts), body, sent)
                response = connection.getresponse()
                content = response.read(MAX_BYTES + 1)
            finally:
                over.cancel()
        except (OSError, HTTPException, ValueError) as error:
            raise FetchFailed(type(error).__name__) from error
    if len(content) > MAX_BYTES:
        raise FetchFailed("too long")
    # What was hung up may look like an end.
    if response.length or monotonic() >= deadline:
        raise FetchFailed("cut off")
    return Answer(response.status, response.headers.get_content_type(), content)


def _connection(parts: SplitResult) -> HTTPConnection:
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=CONNECTING_SECONDS)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _hang_up(connected: socket.socket) -> None:
    """Ends what another thread waits for. Of a socket with TLS too, which would wait for a farewell."""
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
