"""Single entry point for requests to other servers, with limits on time and memory.

No proxy or `.netrc` of the environment, no cookies, no retry. `fetch` is for servers named in the settings,
`fetch_public` for addresses from any source (docs/security.md).
"""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from time import monotonic
from types import FrameType
from urllib.parse import urlencode, urljoin, urlsplit

from django.conf import settings

from common.exchanges import CONNECTING_SECONDS, Answer, FetchFailed, NoSuchName, exchange, resolve, unpack
from common.public_hosts import is_public, public_parts

__all__ = [
    "Answer",
    "FetchFailed",
    "NoSuchName",
    "NotPublic",
    "TookTooLong",
    "alarm",
    "fetch",
    "fetch_public",
    "unpack",
]

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# Total time until the last byte.
ANSWERING_SECONDS = 8
MAX_BYTES = 256 * 1024
# Total time of `fetch_public`, from the first DNS lookup to the last byte, redirects included.
PUBLIC_SECONDS = 10
MAX_REDIRECTS = 3
# Interval at which the alarm is repeated, in case code swallowed the exception.
ALARM_AGAIN_SECONDS = 1


class NotPublic(FetchFailed):
    """Raised for an address that is malformed, or not on the public Internet; nothing was sent."""


class TookTooLong(FetchFailed):
    """Raised by the alarm."""


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raises `TookTooLong` in the block after `seconds`, whether it waits for a server or parses a response.

    Works in the main thread only, which receives signals: in a worker or a command. Cannot be nested. Otherwise raises
    RuntimeError.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("An alarm works in the main thread of a worker or a command, never in a web request.")
    if _alarm_is_set():
        raise RuntimeError("An alarm is set already.")
    previous_handler = signal.signal(signal.SIGALRM, _ring)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, ALARM_AGAIN_SECONDS)
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, previous_handler)


def is_fetchable(url: str) -> bool:
    """Returns whether `fetch` accepts `url`: HTTPS, or plain HTTP to this machine; without credentials."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return is_safe and bool(parts.hostname) and "@" not in parts.netloc and port != 0 and url.isprintable()


def fetch(url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Returns the response to a GET of `url`, or a POST of `form`. Redirects are not followed. Raises `FetchFailed`."""
    if not is_fetchable(url):
        raise FetchFailed("an address that is not fetched")
    parts = urlsplit(url)
    request_headers = {"Accept": "application/json, application/jwt", "User-Agent": "comite", **(headers or {})}
    body = None if form is None else urlencode(form).encode()
    if form is not None:
        request_headers["Content-Type"] = "application/x-www-form-urlencoded"
    resolved = resolve(parts, seconds=CONNECTING_SECONDS)
    return exchange(parts, resolved, request_headers, seconds=ANSWERING_SECONDS, max_bytes=MAX_BYTES, form=body)


def fetch_public(
    url: str,
    *,
    etag: str = "",
    modified: str = "",
    max_bytes: int = 1_000_000,
    accept: str = "*/*",
    with_body: bool = True,
    turn: Callable[[str], AbstractContextManager[object]] = nullcontext,
) -> Answer:
    """Returns the response to a GET of `url`, an untrusted address; follows at most three redirects.

    `etag` and `modified` are headers of the last response, for a conditional request (304). `max_bytes` limits the size
    after decompression; without `with_body` the connection is closed after the headers. Each host is requested within
    `turn(host)` (`common.rate_limit`).

    Requires an `alarm`, so it cannot run in a web request. Raises `FetchFailed`: `NotPublic` if any address of a host
    is not public. The connection is made to the checked address.
    """
    if not _alarm_is_set():
        raise RuntimeError("Untrusted addresses are requested under an alarm, never in a web request.")
    headers = _request_headers(accept, etag=etag, modified=modified)
    deadline, moved_to, is_for_good = monotonic() + PUBLIC_SECONDS, "", True
    for _step in range(MAX_REDIRECTS + 1):
        try:
            parts = public_parts(url)
        except ValueError as error:
            raise NotPublic(str(error)) from error
        with turn(parts.hostname or ""):
            resolved = resolve(parts, seconds=min(CONNECTING_SECONDS, deadline - monotonic()))
            if not all(is_public(sockaddr[0]) for _family, sockaddr in resolved):
                raise NotPublic("a machine that is not public")
            seconds_left = deadline - monotonic()
            answer = exchange(
                parts, resolved, headers, seconds=seconds_left, max_bytes=max_bytes if with_body else None
            )
        target = answer.headers.get("Location", "").strip()
        if answer.status not in (301, 302, 303, 307, 308) or not target:
            return replace(answer, url=parts.geturl(), moved_to=moved_to)
        try:
            url = urljoin(parts.geturl(), _as_written(target))
        except ValueError as error:
            raise NotPublic("a redirect that leads nowhere") from error
        is_for_good &= answer.status in (301, 308)
        moved_to = url if is_for_good else moved_to
    raise FetchFailed("too many redirects")


def _request_headers(accept: str, *, etag: str, modified: str) -> dict[str, str]:
    headers = {"Accept": accept, "Accept-Encoding": "gzip, deflate", "User-Agent": f"comite (+{settings.BASE_URL})"}
    conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
    return headers | {name: value for name, value in conditions.items() if value}


def _as_written(target: str) -> str:
    """Returns a header as most servers mean it, in UTF-8, which `http.client` decodes as Latin-1."""
    try:
        return target.encode("latin-1").decode()
    except UnicodeError:
        return target


def _alarm_is_set() -> bool:
    return signal.getsignal(signal.SIGALRM) is _ring


def _ring(signum: int, frame: FrameType | None) -> None:
    raise TookTooLong("took too long")
