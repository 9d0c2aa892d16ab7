"""Single HTTP exchange with hard limits on time and size, whatever the server does."""

import socket
import ssl
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from time import monotonic
from typing import Any
from urllib.parse import SplitResult

# Timeout of the DNS lookup, and of each address of a host, which may have many that do not respond.
CONNECTING_SECONDS = 4
MAX_ADDRESSES = 3
MAX_HEADER_BYTES = 64 * 1024
PIECE = 16 * 1024

Resolved = tuple[socket.AddressFamily, tuple[Any, ...]]


class FetchFailed(Exception):
    """Raised without a complete response. The message is for the log, and has no data of request or response."""


class NoSuchName(FetchFailed):
    """Raised when the host name does not exist in the DNS; nothing was sent."""


@dataclass(frozen=True)
class Answer:
    """Response: status, content type without parameters, uncompressed body, and headers.

    `url` is the final address, and `moved_to` the one to replace the requested address by, after permanent redirects
    (RFC 9110, 15.4.2 and 15.4.9); both of `fetch_public` only.
    """

    status: int
    content_type: str
    body: bytes
    headers: Message = field(default_factory=Message)
    url: str = ""
    moved_to: str = ""


def resolve(parts: SplitResult, *, seconds: float) -> list[Resolved]:
    """Returns the addresses of the host in `parts`. Raises `FetchFailed`.

    After `seconds` the lookup is abandoned in its thread, since no timeout or signal interrupts it.
    """
    results: list[Any] = []

    def look_up() -> None:
        try:
            results.append(socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            results.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if not results:
        raise FetchFailed("no answer about the name")
    if isinstance(results[0], socket.gaierror) and results[0].errno in (socket.EAI_NONAME, socket.EAI_NODATA):
        raise NoSuchName("no such name")
    if isinstance(results[0], Exception):
        raise FetchFailed(type(results[0]).__name__)
    return [(family, sockaddr) for family, _type, _protocol, _name, sockaddr in results[0]]


def exchange(
    parts: SplitResult,
    resolved: list[Resolved],
    headers: Mapping[str, str],
    *,
    seconds: float,
    max_bytes: int | None,
    form: bytes | None = None,
) -> Answer:
    """Sends a GET, or a POST of `form`, for `parts` to one of the addresses `resolved`. Raises `FetchFailed`.

    Takes at most `seconds` in total, even if headers or body arrive slowly. `max_bytes` limits the size after
    decompression; with None, and for redirects, the connection is closed after the headers.
    """
    deadline = monotonic() + seconds
    connection = _connection(parts)
    try:
        _connect(connection, resolved, deadline)
        with _shut_down_at(deadline, connection):
            if isinstance(connection, HTTPSConnection):
                connection.sock.do_handshake()
            connection.request("GET" if form is None else "POST", _target(parts), form, dict(headers))
            response = connection.getresponse()
            if sum(len(name) + len(value) + 4 for name, value in response.headers.items()) > MAX_HEADER_BYTES:
                raise FetchFailed("too long headers")
            reads_body = max_bytes is not None and not 300 <= response.status < 400
            body = _read(response, max_bytes or 0) if reads_body else b""
        # After shutdown of the socket, headers or body may look complete.
        if monotonic() >= deadline or (reads_body and response.length):
            raise FetchFailed("cut off")
    except (OSError, HTTPException, ValueError) as error:
        # Shutdown may also cause a connection reset.
        was_shut_down = isinstance(error, ConnectionError) and monotonic() >= deadline
        raise FetchFailed("cut off" if was_shut_down else type(error).__name__) from error
    finally:
        connection.close()
    return Answer(response.status, response.headers.get_content_type(), body, response.headers)


def unpack(pieces: Iterable[bytes], *, max_bytes: int) -> bytes:
    """Returns the decompressed `pieces` (gzip or deflate). Raises `FetchFailed` above `max_bytes`, before or after.

    Nothing is decompressed beyond that. Concatenated gzip streams are one (RFC 1952, 2.2).
    """
    content, compressed_size, decoder = bytearray(), 0, None
    for piece in pieces:
        compressed_size += len(piece)
        while piece:
            decoder = decoder or _decoder(piece)
            try:
                content += decoder.decompress(piece, max_bytes + 1 - len(content))
            except zlib.error as error:
                raise FetchFailed("not compressed as it says") from error
            if max(compressed_size, len(content)) > max_bytes:
                raise FetchFailed("too long")
            piece = decoder.unused_data or decoder.unconsumed_tail
            if decoder.eof and piece:
                decoder = None
    if decoder and not decoder.eof:
        raise FetchFailed("cut off")
    return bytes(content)


def _read(response: HTTPResponse, max_bytes: int) -> bytes:
    encoding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    pieces = iter(lambda: response.read(PIECE), b"")
    if encoding in ("gzip", "x-gzip", "deflate"):
        return unpack(pieces, max_bytes=max_bytes)
    if encoding != "identity":
        raise FetchFailed("compressed in a way that was not asked for")
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > max_bytes:
            raise FetchFailed("too long")
    return bytes(content)


def _decoder(start: bytes) -> "zlib._Decompress":
    """Returns a decoder for gzip, zlib, or raw deflate, which some servers call deflate too."""
    is_zlib = len(start) > 1 and start[0] & 15 == 8 and int.from_bytes(start[:2], "big") % 31 == 0
    return zlib.decompressobj(47 if is_zlib or start[:1] == b"\x1f" else -15)


def _connection(parts: SplitResult) -> HTTPConnection:
    """Returns a connection to be opened by `_connect`: without DNS lookup or proxy."""
    if parts.scheme == "https":
        return HTTPSConnection(parts.hostname or "", _port(parts), context=_context())
    return HTTPConnection(parts.hostname or "", _port(parts))


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


@cache
def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _connect(connection: HTTPConnection, resolved: list[Resolved], deadline: float) -> None:
    """Connects to the first of `resolved` that accepts, without another DNS lookup (DNS rebinding)."""
    failure: OSError = ConnectionError()
    for family, sockaddr in resolved[:MAX_ADDRESSES]:
        try:
            connection.sock = socket.socket(family, socket.SOCK_STREAM)
            connection.sock.settimeout(min(CONNECTING_SECONDS, _seconds_left(deadline)))
            connection.sock.connect(sockaddr)
        except OSError as error:
            connection.close()
            failure = error
            continue
        connection.sock.settimeout(_seconds_left(deadline))
        if isinstance(connection, HTTPSConnection):
            connection.sock = _context().wrap_socket(
                connection.sock, server_hostname=connection.host, do_handshake_on_connect=False
            )
        return
    raise failure


def _seconds_left(deadline: float) -> float:
    """Returns the seconds until `deadline`. Raises `FetchFailed` if it is past."""
    if (seconds := deadline - monotonic()) <= 0:
        raise FetchFailed("cut off")
    return seconds


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@contextmanager
def _shut_down_at(deadline: float, connection: HTTPConnection) -> Iterator[None]:
    """Shuts the socket down at `deadline`, which ends a blocking read; without close notification in TLS."""

    def shut_down() -> None:
        with suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)

    connected = connection.sock
    timer = threading.Timer(_seconds_left(deadline), shut_down)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
