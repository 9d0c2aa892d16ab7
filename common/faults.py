"""Logged errors, counted in the process by fingerprint until `operations` stores them.

`operations` writes them to the database after the request or task, since a broken transaction accepts no queries. They
contain no user data: messages of exceptions stay in the log.
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
# Placeholders in messages of the log.
VALUE = re.compile(r"%[a-z]")
# Maximum number of different errors kept while the database is unavailable.
MOST = 50


@dataclass(frozen=True)
class CountedError:
    """Error that happened `count` times: its kind, its place in our code, and the view or task."""

    kind: str
    place: str
    asked: str
    request_id: str
    first_at: datetime
    last_at: datetime
    count: int = 1

    @property
    def fingerprint(self) -> str:
        """Digest of kind, place and view or task."""
        return hashlib.sha256("\0".join((self.kind, self.place, self.asked)).encode()).hexdigest()[:32]


_waiting: dict[str, CountedError] = {}
_lock = Lock()


def add(error: CountedError) -> None:
    """Counts `error` until `take`; beyond `MOST` different errors, without their details."""
    with _lock:
        if error.fingerprint not in _waiting and len(_waiting) >= MOST:
            error = replace(error, kind="many different errors", place="", asked="")
        existing = _waiting.get(error.fingerprint)
        if existing:
            error = replace(error, first_at=existing.first_at, count=existing.count + error.count)
        _waiting[error.fingerprint] = error


def take() -> list[CountedError]:
    """Returns the counted errors, and resets them."""
    with _lock:
        errors = list(_waiting.values())
        _waiting.clear()
    return errors


class FaultHandler(logging.Handler):
    """Logging handler that counts errors, without output."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            add(error_of(record))
        except Exception:  # As in all logging handlers: logging must not raise.
            self.handleError(record)


def error_of(record: logging.LogRecord) -> CountedError:
    """Returns the error of `record`, by its exception, or by its message template without values."""
    at = datetime.fromtimestamp(record.created, UTC)
    kind, place = f"{record.name}: {VALUE.sub('…', str(record.msg))[:60]}", f"{record.module} in {record.funcName}"
    if record.exc_info and record.exc_info[0]:
        error, _value, trace = record.exc_info
        kind, place = f"{error.__module__}.{error.__qualname__}".removeprefix("builtins."), place_of(trace)
    return CountedError(kind, place, asked_by(record), getattr(record, "request_id", ""), at, at)


def place_of(trace: TracebackType | None) -> str:
    """Returns the last function of our code in the traceback, as `module.py in function`; else that of a library."""
    frames = traceback.extract_tb(trace)
    own_frames = [
        frame for frame in frames if frame.filename.startswith(str(ROOT)) and "site-packages" not in frame.filename
    ]
    if not frames:
        return ""
    last = own_frames[-1] if own_frames else frames[-1]
    name = Path(last.filename)
    return f"{name.relative_to(ROOT) if own_frames else name.name} in {last.name}"


def asked_by(record: logging.LogRecord) -> str:
    """Returns the name of the view or task; never the URL, which may contain a token."""
    match: Any = getattr(getattr(record, "request", None), "resolver_match", None)
    if match:
        return match.view_name or ""
    data = getattr(record, "data", None)
    return str(data.get("name", "")) if isinstance(data, dict) else ""
