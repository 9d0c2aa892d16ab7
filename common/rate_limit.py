"""Rate limit towards other servers: one request at a time per host, 1 s apart, and Retry-After respected.

Shared by all processes (`common.locks`), such as those that read feeds and check links.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from common import locks
from common.fetching import PUBLIC_SECONDS, Answer, FetchFailed, fetch_public

BETWEEN_TWO = timedelta(seconds=1)
# Timeout of the lock of a killed process.
HOLD = timedelta(seconds=PUBLIC_SECONDS + 5)
LONGEST_WAIT = timedelta(days=1)
# Lock for jobs with outgoing requests: one at a time, so that a worker is always free for mails.
OUTGOING = "outgoing requests"


class HostBusy(FetchFailed):
    """Raised while another process requests this host, or until `free_at` by a rate limit; nothing was sent."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__("its turn comes later")
        self.free_at = free_at


def fetch_with_rate_limit(
    url: str,
    *,
    clock: Callable[[], datetime] = timezone.now,
    pause: Callable[[float], object] = time.sleep,
    **options: Any,
) -> Answer:
    """Calls `fetch_public` under its conditions; sleeps up to 1 s if the host was requested just before.

    Raises `FetchFailed`; its subclass `HostBusy` means that nothing was sent, whatever the state of the server. After
    429 or 503 with `Retry-After`, the host is busy until then, for a day at most.
    """
    answer = fetch_public(url, turn=partial(_turn, clock=clock, pause=pause), **options)
    if answer.status in (429, 503) and (retry_time := retry_at(answer, now=clock())):
        host = _key(urlsplit(answer.url).hostname or "")
        if held_until := locks.available_at(host):
            locks.release(host, held_until=held_until, available_at=retry_time)
    return answer


def retry_at(answer: Answer, *, now: datetime) -> datetime | None:
    """Returns the time of `Retry-After` (RFC 9110), at most a day from `now`; None without the header."""
    header = (answer.headers.get("Retry-After") or "").strip()
    try:
        retry_time = now + timedelta(seconds=int(header)) if header.isdecimal() else parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return now + LONGEST_WAIT if header.isdecimal() else None
    retry_time = retry_time if retry_time.tzinfo else retry_time.replace(tzinfo=UTC)
    return min(max(retry_time, now), now + LONGEST_WAIT)


@contextmanager
def one_program(*, clock: Callable[[], datetime] = timezone.now, hold: timedelta) -> Iterator[bool]:
    """Yields whether the lock for outgoing requests was acquired; its timeout `hold` exceeds the working time."""
    held_until = locks.acquire(OUTGOING, now=clock(), hold=hold)
    try:
        yield held_until is not None
    finally:
        if held_until:
            locks.release(OUTGOING, held_until=held_until, available_at=clock())


@contextmanager
def _turn(host: str, *, clock: Callable[[], datetime], pause: Callable[[float], object]) -> Iterator[None]:
    key = _key(host)
    held_until = locks.acquire(key, now=clock(), hold=HOLD)
    if not held_until:
        free_at = locks.available_at(key) or clock()
        if free_at - clock() > BETWEEN_TWO:
            raise HostBusy(free_at)
        pause(max((free_at - clock()).total_seconds(), 0))
        held_until = locks.acquire(key, now=clock(), hold=HOLD)
    if not held_until:
        raise HostBusy(locks.available_at(key) or clock())
    try:
        yield
    finally:
        locks.release(key, held_until=held_until, available_at=clock() + BETWEEN_TWO)


def _key(host: str) -> str:
    return f"host {host}"
