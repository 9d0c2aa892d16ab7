"""Audit log entries: written with the action, logged as JSON, deleted after a year.

An action and its entry share a transaction: if the entry cannot be written, the action is not done. A refused action is
often rolled back with its entry: refusals are written at the end of the request.
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

from auditlog.models import Entry, EntryKind
from common.audit import Act
from common.limits import HOUR, count
from common.networks import address_of, coarse_network

logger = logging.getLogger("audit")


@dataclass
class _Current:
    """Current request, with the refusals to be written at its end."""

    request: HttpRequest
    refusals: list[Entry] = field(default_factory=list)


_current: ContextVar[_Current | None] = ContextVar("auditlog_current", default=None)


@contextmanager
def during(request: HttpRequest) -> Iterator[_Current]:
    """Sets the current request within the block; after it, writes the refusals."""
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
    """Records an event of `common.audit.record_act` (hook `audit`); `actor` defaults to the user of the request."""
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
    """Records an entry of Wagtail's log without texts: neither the title of the object nor the data."""
    model = entry.content_type.model_class() if entry.content_type else None
    audit_entry = Entry(
        kind=_kind_of(entry.action, model),
        action=entry.action,
        model=model._meta.label_lower if model else "",
        object_id=str(getattr(entry, "page_id", None) or entry.object_id),
    )
    _keep(audit_entry, entry.user_id)


def delete_old_entries(*, now: datetime) -> int:
    """Deletes entries older than a year; returns their number.

    Waits one hour longer than the triggers require, since the database has another clock.
    """
    return Entry.objects.filter(at__lte=now - Entry.RETENTION - timedelta(hours=1)).delete()[0]


def as_json(entry: Entry) -> str:
    """Returns `entry` as one line of ASCII JSON.

    `entry` in it is the primary key; null if the database did not accept it.
    """
    names = ("kind", "action", "result", "actor", "model", "object_id", "details", "network")
    values = {name: getattr(entry, name) for name in names}
    return json.dumps({"log": "audit", "at": entry.at.astimezone(UTC).isoformat(), "entry": entry.pk, **values})


def _kind_of(action: str, model: type[models.Model] | None) -> EntryKind:
    """Returns the kind of an `action` of Wagtail's log on `model`, None if the model no longer exists."""
    label = model._meta.label_lower if model else ""
    if action.endswith(".erase"):
        return EntryKind.ERASURE
    if action.startswith("participation.") and label != "participation.answer":
        return EntryKind.MODERATION
    if label.startswith("polls."):
        return EntryKind.POLL
    if model and issubclass(model, AbstractSetting | Site):
        return EntryKind.SETTINGS
    return {"accounts.user": EntryKind.ACCOUNT, "auth.group": EntryKind.RIGHTS}.get(label, EntryKind.CONTENT)


def _keep(entry: Entry, actor: int | None) -> None:
    """Adds network and user of the request to `entry`, and writes it; refusals are written at the end of the request.

    A rate limit reached outside of a request is not recorded.
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
    """Returns whether to write `entry`. Rate limit refusals are written once an hour: a flood must not fill the log."""
    if entry.action != Act.LIMIT_REACHED:
        return True
    source = f"{entry.details} {entry.network} {entry.actor}"
    return count("audit", source, limit=1, seconds=HOUR, now=entry.at)


def _write(entry: Entry) -> None:
    """Saves `entry`, and logs it on commit. If the database fails, logs it as critical and raises the error."""
    try:
        entry.save(force_insert=True)
    except Error:
        logger.critical(as_json(entry))
        raise
    transaction.on_commit(lambda: logger.info(as_json(entry)))
