"""Entries of the audit log: written with the act, written out as JSON, deleted when their time is over.

An act and its entry are one transaction: where the entry cannot be written, the act is not done. What is refused is
often rolled back, and would take its entry along: those entries wait for the end of the request.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import Error, models, transaction
from django.http import HttpRequest
from wagtail.contrib.settings.models import AbstractSetting
from wagtail.models import ModelLogEntry, PageLogEntry, Site

from auditlog.models import Entry, Kind
from common.audit import Act
from common.limits import HOUR, count
from common.networks import address_of, coarse_network

logger = logging.getLogger("audit")


@dataclass
class _Current:
    """The request in which something is told, and the refusals that are written when it is over."""

    request: HttpRequest
    refusals: list[Entry] = field(default_factory=list)


_current: ContextVar[_Current | None] = ContextVar("auditlog_current", default=None)


@contextmanager
def during(request: HttpRequest) -> Iterator[_Current]:
    """Lets entries know `request` in the block; after it, writes the refusals of which nothing else tells."""
    current = _Current(request)
    token = _current.set(current)
    try:
        yield current
    finally:
        _current.reset(token)
        for entry in current.refusals:
            if _is_news(entry):
                _write(entry)


def record(act: Act, *, refused: bool = False, actor: Any = None, about: models.Model | None = None, details: str = ""):
    """Hook `audit`: keeps what `common.audit.tell` says, by the account `actor`, else by the one of the request."""
    entry = Entry(
        kind=act.partition(".")[0],
        action=act,
        result=Entry.Result.REFUSED if refused else Entry.Result.DONE,
        model=about._meta.label_lower if about else "",
        object_id=str(about.pk) if about else "",
        details=details,
    )
    _keep(entry, actor.pk if actor else None)


def record_logged(entry: ModelLogEntry | PageLogEntry) -> None:
    """Keeps what Wagtail's log has just been told, without its texts: the title of the object, and the data."""
    model = entry.content_type.model_class() if entry.content_type else None
    kept = Entry(
        kind=_kind_of(entry.action, model),
        action=entry.action,
        model=model._meta.label_lower if model else "",
        object_id=str(getattr(entry, "page_id", None) or entry.object_id),
    )
    _keep(kept, entry.user_id)


def delete_old_entries(*, now: datetime) -> int:
    """Deletes the entries that are older than a year; returns how many.

    An hour later than the guard lets them go: the clock of the database is another one.
    """
    return Entry.objects.filter(at__lte=now - Entry.KEPT - timedelta(hours=1)).delete()[0]


def as_json(entry: Entry) -> str:
    """Returns `entry` as one line: ASCII only, so that no character of it ends the line.

    `entry` in it is its number in the table; null where the table could not take it.
    """
    names = ("kind", "action", "result", "actor", "model", "object_id", "details", "network")
    told = {name: getattr(entry, name) for name in names}
    return json.dumps({"log": "audit", "at": entry.at.astimezone(UTC).isoformat(), "entry": entry.pk, **told})


def _kind_of(action: str, model: type[models.Model] | None) -> Kind:
    """Returns the kind of an `action` of Wagtail's log on an object of `model`, of which None is known any more."""
    label = model._meta.label_lower if model else ""
    if action.endswith(".erase"):
        return Kind.ERASURE
    if action.startswith("participation.") and label != "participation.answer":
        return Kind.MODERATION
    if label.startswith("polls."):
        return Kind.POLL
    if model and issubclass(model, AbstractSetting | Site):
        return Kind.SETTINGS
    return {"accounts.user": Kind.ACCOUNT, "auth.group": Kind.RIGHTS}.get(label, Kind.CONTENT)


def _keep(entry: Entry, actor: int | None) -> None:
    """Completes `entry` by what the request says, and writes it; a refusal in a request waits for its end.

    A limit that is asked outside of a request refuses nobody.
    """
    current = _current.get()
    entry.actor = actor
    if current:
        entry.network = str(coarse_network(address_of(current.request)))
        entry.actor = actor or getattr(current.request.user, "pk", None)
    entry.clean()
    if current and entry.result == Entry.Result.REFUSED:
        current.refusals.append(entry)
    elif current or entry.action != Act.LIMIT_REACHED:
        _write(entry)


def _is_news(entry: Entry) -> bool:
    """Whether `entry` is to be written: of a limit, the first refusal in an hour. A flood fills no log."""
    if entry.action != Act.LIMIT_REACHED:
        return True
    who = f"{entry.details} {entry.network} {entry.actor}"
    return count("audit", who, limit=1, seconds=HOUR, now=entry.at)


def _write(entry: Entry) -> None:
    """Saves `entry`, and its line once that is certain. Raises where the table fails, after a line that says so."""
    try:
        entry.save(force_insert=True)
    except Error:
        logger.critical(as_json(entry))
        raise
    transaction.on_commit(lambda: logger.info(as_json(entry)))
