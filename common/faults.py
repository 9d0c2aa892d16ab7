"""Errors that the site logged and nobody has been told of yet, counted in the process by what they have in common.

`operations` writes them into the database when the request or the task is over, since a broken transaction may take
nothing more. Nothing here holds what a person wrote: the words of an error stay in the log.
"""

import hashlib
import logging
import re
import traceback
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# Where a value stands in a sentence of the log.
VALUE = re.compile(r"%[a-z]")
# Different errors that a process keeps at most while the database takes none.
MOST = 50


@dataclass(frozen=True)
class Seen:
    """An error that happened `count` times: its kind, the place in our code, and what asked for it."""

    kind: str
    place: str
    asked: str
    request_id: str
    first_at: datetime
    last_at: datetime
    count: int = 1

    @property
    def fingerprint(self) -> str:
        """The same for the same error."""
        return hashlib.sha256("\0".join((self.kind, self.place, self.asked)).encode()).hexdigest()[:32]


_waiting: dict[str, Seen] = {}
_lock = Lock()


def add(seen: Seen) -> None:
    """Keeps `seen` until `take`; beyond `MOST` different ones, it is counted without its place."""
    with _lock:
        if seen.fingerprint not in _waiting and len(_waiting) >= MOST:
            seen = replace(seen, kind="many different errors", place="", asked="")
        known = _waiting.get(seen.fingerprint)
        if known:
            seen = replace(seen, first_at=known.first_at, count=known.count + seen.count)
        _waiting[seen.fingerprint] = seen


def take() -> list[Seen]:
    """Returns what waits, which is the caller's from now on."""
    with _lock:
        taken = list(_waiting.values())
        _waiting.clear()
    return taken


class FaultHandler(logging.Handler):
    """Counts each error that is logged; it writes nowhere."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            add(seen_in(record))
        except Exception:  # As every handler of logging: a log must not stop what it tells of.
            self.handleError(record)


def seen_in(record: logging.LogRecord) -> Seen:
    """What `record` says of an error: by its exception, or by the sentence of the code without its values."""
    at = datetime.fromtimestamp(record.created, UTC)
    kind, place = f"{record.name}: {VALUE.sub('…', str(record.msg))[:60]}", f"{record.module} in {record.funcName}"
    if record.exc_info and record.exc_info[0]:
        error, _value, trace = record.exc_info
        kind, place = f"{error.__module__}.{error.__qualname__}".removeprefix("builtins."), place_of(trace)
    return Seen(kind, place, asked_by(record), getattr(record, "request_id", ""), at, at)


def place_of(trace: TracebackType | None) -> str:
    """The last function of ours that ran, as `module.py in function`; of a library if none did."""
    frames = traceback.extract_tb(trace)
    ours = [one for one in frames if one.filename.startswith(str(ROOT)) and "site-packages" not in one.filename]
    if not frames:
        return ""
    last = ours[-1] if ours else frames[-1]
    name = Path(last.filename)
    return f"{name.relative_to(ROOT) if ours else name.name} in {last.name}"


def asked_by(record: logging.LogRecord) -> str:
    """The name of the view of a request, or of the task; never the address, which may hold a key."""
    match: Any = getattr(getattr(record, "request", None), "resolver_match", None)
    if match:
        return match.view_name or ""
    data = getattr(record, "data", None)
    return str(data.get("name", "")) if isinstance(data, dict) else ""
