"""Reading of the due sources, one after the other, each under an alarm, in a worker or a command.

A worker holds a lease on the source that it reads. After a crash the source is read again once the lease has expired;
the items have the same keys, and the database stores each once.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from common.fetching import Answer, FetchFailed, NoSuchName, NotPublic, TookTooLong, alarm
from common.rate_limit import HostBusy, fetch_with_rate_limit, one_program, retry_at
from veille.errors import FeedRefused
from veille.models import ReadingItem, Source, item_key
from veille.models.sources import is_feed_address
from veille.services.feeds import MAX_BYTES, Feed, read_feed

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Fetch = Callable[..., Answer]

ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
ALARM_SECONDS = 12
# Longer than the alarm and the storage after it.
LEASE = timedelta(minutes=2)
# Longer than a whole run.
HOLD = timedelta(minutes=2)
BETWEEN_READINGS = timedelta(hours=6)
BETWEEN_QUIET = timedelta(hours=24)
FIRST_RETRY = timedelta(hours=1)
LONGEST_RETRY = timedelta(hours=24)
GONE_AFTER = timedelta(days=60)
MAX_ERROR = Source._meta.get_field("error").max_length or 0
MAX_URL = Source._meta.get_field("feed_url").max_length or 0


@dataclass
class ReadingResult:
    """Result of a run; `more` is True if due sources are left."""

    counts: Counter[str] = field(default_factory=Counter)
    more: bool = False

    def __str__(self) -> str:
        return "; ".join(f"{count} {label}" for label, count in sorted(self.counts.items()))


def has_due(now: datetime) -> bool:
    """Returns whether any source is due at `now`."""
    return Source.objects.due(now).exists()


def read_due(*, max_seconds: float, clock: Clock = timezone.now, fetch: Fetch = fetch_with_rate_limit) -> ReadingResult:
    """Reads due sources until none is left or `max_seconds` leave no time for another. Returns a summary.

    Only one run at a time fetches feeds, in whichever worker: a second worker stays free for mail. Call it outside of
    any transaction, in the main thread (`common.fetching.alarm`).
    """
    result = ReadingResult()
    if not has_due(clock()):
        return result
    with translation.override(settings.LANGUAGE_CODE), one_program(clock=clock, hold=HOLD) as is_ours:
        stop_at = clock() + timedelta(seconds=max_seconds - ALARM_SECONDS)
        while is_ours and clock() <= stop_at and (source := _claim(now=clock())):
            result.counts[_read(source, clock, fetch)] += 1
    result.more = is_ours and has_due(clock())
    return result


def _claim(*, now: datetime) -> Source | None:
    """Leases the source that has been due longest to this worker; None if none is left."""
    until = now + LEASE
    for pk in Source.objects.due(now).values_list("pk", flat=True)[:10]:
        if Source.objects.due(now).order_by().filter(pk=pk).update(lease_until=until):
            return Source.objects.get(pk=pk)
    return None


def _read(source: Source, clock: Clock, fetch: Fetch) -> str:
    """Fetches the feed and stores the result. Returns a label of the outcome for the log."""
    try:
        with alarm(ALARM_SECONDS):
            answer = fetch(
                source.feed_url,
                clock=clock,
                etag=source.etag,
                modified=source.modified,
                max_bytes=MAX_BYTES,
                accept=ACCEPT,
            )
            feed = _feed_of(answer)
    except HostBusy as busy:
        _store(source, {"next_reading_at": max(busy.free_at, clock())})
        return "feeds put off"
    except FeedRefused as refused:
        return _fail(source, str(refused), now=clock())
    except FetchFailed as failure:
        return _fail(source, _in_words(failure), now=clock())
    except Exception:
        logger.exception("the feed of source %d could not be read", source.pk)
        return _fail(source, gettext("The feed could not be read: the site made a mistake."), now=clock())
    if answer.status == 410:
        return _fail(source, gettext("The site says that this feed is gone."), now=clock(), is_gone=True)
    if feed is None and answer.status != 304:
        return _fail(source, _status_in_words(answer.status), now=clock(), not_before=retry_at(answer, now=clock()))
    return _succeed(source, answer, feed, now=clock())


def _feed_of(answer: Answer) -> Feed | None:
    if answer.status != 200:
        return None
    content_type = answer.headers.get("Content-Type") or "application/xml"
    return read_feed(answer.body, url=answer.url, content_type=content_type)


def _succeed(source: Source, answer: Answer, feed: Feed | None, *, now: datetime) -> str:
    """Stores the new items of `feed`; None means that it has not changed."""
    changes: dict[str, Any] = {"failures": 0, "failing_since": None, "read_at": now, "error": ""}
    if feed:
        changes |= {"error": feed.remark, "etag": _header(answer, "ETag"), "modified": _header(answer, "Last-Modified")}
    elif not source.failures:
        changes["error"] = source.error
    if feed and _can_move(source, answer.moved_to):
        moved = gettext("The feed moved, from %(url)s.") % {"url": source.feed_url}
        changes |= {"feed_url": answer.moved_to, "error": f"{moved} {feed.remark}".strip()[:MAX_ERROR]}
    with transaction.atomic():
        new = _new_items(source, feed, now=now) if feed else []
        if new:
            source.last_item_at = changes["last_item_at"] = now
        source.failures = 0
        changes["next_reading_at"] = now + (BETWEEN_QUIET if source.is_quiet(now) else BETWEEN_READINGS)
        if not _store(source, changes):
            return "feeds lost to another worker"
        ReadingItem.objects.bulk_create(new, ignore_conflicts=True)
    return "feeds read"


def _new_items(source: Source, feed: Feed, *, now: datetime) -> list[ReadingItem]:
    """Returns the items not stored yet, in reverse order, so that the first of the feed is on top of the list."""
    items = {item_key(item.identifier): item for item in feed.items}
    stored_keys = set(ReadingItem.objects.filter(source=source, key__in=items).values_list("key", flat=True))
    return [
        ReadingItem(
            source=source,
            key=key,
            title=item.title,
            url=item.url,
            text=item.text,
            dated_at=item.dated_at,
            language=source.language,
            place=source.place,
            found_at=now,
        )
        for key, item in reversed(items.items())
        if key not in stored_keys
    ]


def _fail(
    source: Source, error: str, *, now: datetime, not_before: datetime | None = None, is_gone: bool = False
) -> str:
    """Stores a failure. Retries back off up to once a day; the source is given up after 60 days."""
    failures, since = source.failures + 1, source.failing_since or now
    retry_at = now + min(FIRST_RETRY * 2 ** min(failures - 1, 10), LONGEST_RETRY)
    changes: dict[str, Any] = {
        "failures": failures,
        "failing_since": since,
        "read_at": now,
        "error": error[:MAX_ERROR],
        "next_reading_at": max(retry_at, not_before or retry_at),
    }
    if is_gone or since <= now - GONE_AFTER:
        changes["state"] = Source.State.GONE
    _store(source, changes)
    return "feeds failed"


def _store(source: Source, changes: dict[str, Any]) -> bool:
    """Writes `changes` and releases the lease. Returns False if this worker no longer held it.

    A source paused by an editor meanwhile stays paused: the state changes only if it is READ.
    """
    held = Source.objects.filter(pk=source.pk, lease_until=source.lease_until)
    if "state" in changes and not held.filter(state=Source.State.READ).exists():
        del changes["state"]
    return bool(held.update(lease_until=None, **changes))


def _can_move(source: Source, url: str) -> bool:
    """Returns whether `url`, the target of a permanent redirect, may replace the feed URL."""
    try:
        is_feed_address(url)
    except ValidationError:
        return False
    return url != source.feed_url and len(url) <= MAX_URL and not Source.objects.filter(feed_url=url).exists()


def _header(answer: Answer, name: str) -> str:
    """Returns the response header `name` for the next request; "" if too long or not printable ASCII."""
    value = answer.headers.get(name) or ""
    field = Source._meta.get_field("etag" if name == "ETag" else "modified")
    limit = getattr(field, "max_length", 0)
    return value if len(value) <= limit and value.isascii() and value.isprintable() else ""


def _in_words(failure: FetchFailed) -> str:
    if isinstance(failure, NotPublic):
        return gettext("Its address is none of a public site.")
    if isinstance(failure, TookTooLong):
        return gettext("The site takes too long: more than %(seconds)d seconds.") % {"seconds": ALARM_SECONDS}
    if isinstance(failure, NoSuchName):
        return gettext("No site has this name.")
    return gettext("The site does not answer, or not as it should.")


def _status_in_words(status: int) -> str:
    sentences = {
        401: gettext("The site wants a password (401)."),
        403: gettext("The site refuses programs (403)."),
        404: gettext("The site has nothing at this address (404)."),
        429: gettext("The site wants to be asked less often (429)."),
    }
    if status >= 500:
        return gettext("The site has a breakdown (%(status)d).") % {"status": status}
    return sentences.get(status) or gettext("The site answers with the status %(status)d.") % {"status": status}
