"""Checks cited addresses weekly, one at a time and rate-limited, and only if no other outgoing job is running."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import zip_longest
from urllib.parse import urlsplit

from django.utils import timezone

from cms.citations.collector import collect, is_collecting_due
from cms.models.citations import DAY, CitedAddress
from common import locks
from common.fetching import Answer, FetchFailed, NoSuchName, alarm
from common.rate_limit import HostBusy, fetch_with_rate_limit, one_program

MAX_AT_ONCE = 200
ALARM_SECONDS = 12
# Time after which a killed check is retried.
LEASE = timedelta(hours=1)
# Without any answer for this time, the site itself may be offline.
CUT_OFF = timedelta(days=2)

Clock = Callable[[], datetime]


def is_due(now: datetime) -> bool:
    """Returns whether an address is due for a check, or the collection is."""
    return is_collecting_due(now) or CitedAddress.objects.due(now).exists()


def look_at_due(
    *, max_seconds: float, clock: Clock = timezone.now, pause: Callable[[float], object] = time.sleep
) -> str:
    """Collects citations, then checks due addresses for `max_seconds`; returns a summary, "" if none was checked."""
    with one_program(clock=clock, hold=timedelta(seconds=max_seconds + 2 * ALARM_SECONDS)) as is_ours:
        if not is_ours:
            return ""
        until, count = clock() + timedelta(seconds=max_seconds), 0
        collect(now=clock())
        locks.forget(now=clock())
        for address in _in_turns(CitedAddress.objects.due(clock())[:MAX_AT_ONCE]):
            if clock() >= until:
                break
            count += look(address, clock=clock, pause=pause)
    return f"{count} addresses looked at" if count else ""


def look(address: CitedAddress, *, clock: Clock, pause: Callable[[float], object]) -> bool:
    """Checks `address` and stores the result; returns False if another worker has it, or its host is busy."""
    now = clock()
    due = CitedAddress.objects.filter(pk=address.pk, next_look_at=address.next_look_at)
    if not due.update(next_look_at=now + LEASE):
        return False
    try:
        with alarm(ALARM_SECONDS):
            answer = fetch_with_rate_limit(address.url, with_body=False, clock=clock, pause=pause)
    except HostBusy as busy:
        CitedAddress.objects.filter(pk=address.pk).update(next_look_at=busy.free_at)
        return False
    except NoSuchName:
        _note_no_name(address, now=clock())
    except FetchFailed:
        address.note_closed(heard=False, now=clock())
    else:
        _note(address, answer, now=clock())
    return True


def _note(address: CitedAddress, answer: Answer, *, now: datetime) -> None:
    if 200 <= answer.status < 300:
        address.note_answer(moved_to=_elsewhere(address.url, answer.moved_to), now=now)
    elif answer.status in (404, 410):
        address.note_failure(heard=True, now=now)
    else:
        address.note_closed(heard=True, now=now)


def _elsewhere(url: str, moved_to: str) -> str:
    """Returns `moved_to`; "" if only the scheme differs, which is not worth a correction."""
    before, after = urlsplit(url), urlsplit(moved_to)
    is_same = (before.netloc, before.path or "/", before.query) == (after.netloc, after.path or "/", after.query)
    return "" if is_same else moved_to


def _note_no_name(address: CitedAddress, *, now: datetime) -> None:
    """Counts a failure of the address if other hosts answered recently; otherwise the site itself may be offline.

    In that case the address that answered last is checked again, to find out.
    """
    heard = CitedAddress.objects.exclude(heard_at=None).order_by("-heard_at")
    last = heard.first()
    if last and last.heard_at and last.heard_at > now - CUT_OFF:
        address.note_failure(heard=False, now=now)
        return
    CitedAddress.objects.filter(pk=address.pk).update(next_look_at=now + DAY)
    if last:
        CitedAddress.objects.filter(pk=last.pk).update(next_look_at=now)


def _in_turns(addresses: Iterable[CitedAddress]) -> Iterator[CitedAddress]:
    """Interleaves addresses by host, so that the per-host delay rarely applies."""
    by_host: dict[str, list[CitedAddress]] = defaultdict(list)
    for address in addresses:
        by_host[address.host].append(address)
    for round_ in zip_longest(*by_host.values()):
        yield from filter(None, round_)
