"""Manners towards other servers: one request at a time to each, a second between two, and waiting when it says so.

All processes keep them together (`common.turns`): one that reads feeds, and one that looks at links.
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

from common import turns
from common.fetching import PUBLIC_SECONDS, Answer, FetchFailed, fetch_public

BETWEEN_TWO = timedelta(seconds=1)
# Of who was killed while it asked.
HOLD = timedelta(seconds=PUBLIC_SECONDS + 5)
LONGEST_WAIT = timedelta(days=1)
# What asks others is one program at a time, so that a worker is always free for the mail.
OUTGOING = "outgoing requests"


class HostBusy(FetchFailed):
    """It was not asked now: another process asks this server, or it wants to be left alone until `free_at`."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__("its turn comes later")
        self.free_at = free_at


def fetch_politely(
    url: str,
    *,
    clock: Callable[[], datetime] = timezone.now,
    pause: Callable[[float], object] = time.sleep,
    **asked: Any,
) -> Answer:
    """Returns what `fetch_public` returns, under its conditions; waits for a second if the host was asked just now.

    Raises `FetchFailed`; as `HostBusy`, nothing was asked, which says nothing about the server. After 429 or 503 with
    `Retry-After`, the host is busy until then, for a day at most.
    """
    answer = fetch_public(url, turn=partial(_turn, clock=clock, pause=pause), **asked)
    if answer.status in (429, 503) and (wanted := retry_at(answer, now=clock())):
        host = _key(urlsplit(answer.url).hostname or "")
        if held := turns.free_at(host):
            turns.give_back(host, held_until=held, free_at=wanted)
    return answer


def retry_at(answer: Answer, *, now: datetime) -> datetime | None:
    """Returns when the server wants to be asked again, at most a day from `now`; None if it does not say (RFC 9110)."""
    said = (answer.headers.get("Retry-After") or "").strip()
    try:
        wanted = now + timedelta(seconds=int(said)) if said.isdecimal() else parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return now + LONGEST_WAIT if said.isdecimal() else None
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    return min(max(wanted, now), now + LONGEST_WAIT)


@contextmanager
def one_program(*, clock: Callable[[], datetime] = timezone.now, hold: timedelta) -> Iterator[bool]:
    """Whether this program may ask others now: one at a time does, for `hold` at most, which is more than it works."""
    held_until = turns.take(OUTGOING, now=clock(), hold=hold)
    try:
        yield held_until is not None
    finally:
        if held_until:
            turns.give_back(OUTGOING, held_until=held_until, free_at=clock())


@contextmanager
def _turn(host: str, *, clock: Callable[[], datetime], pause: Callable[[float], object]) -> Iterator[None]:
    key = _key(host)
    held_until = turns.take(key, now=clock(), hold=HOLD)
    if not held_until:
        free_at = turns.free_at(key) or clock()
        if free_at - clock() > BETWEEN_TWO:
            raise HostBusy(free_at)
        pause(max((free_at - clock()).total_seconds(), 0))
        held_until = turns.take(key, now=clock(), hold=HOLD)
    if not held_until:
        raise HostBusy(turns.free_at(key) or clock())
    try:
        yield
    finally:
        turns.give_back(key, held_until=held_until, free_at=clock() + BETWEEN_TWO)


def _key(host: str) -> str:
    return f"host {host}"
