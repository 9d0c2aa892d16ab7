"""Lines of the log: in UTC, with the number of the request, without the keys that addresses hold.

Used by `config/settings/logs.py` before any app is there: this module imports no model.
"""

import json
import logging
import re
import time
import unicodedata
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from common.urls import is_written_by_people

# Of the request, or the task, that this thread is at; "" outside of both.
request_id: ContextVar[str] = ContextVar("request_id", default="")

SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")
SEGMENT = re.compile(r"[^/]+")
MASK = "***"
# Characters that draw nothing or end a line: controls, halves, ends of lines and of paragraphs.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def sane_or_new(claimed: str) -> str:
    """Returns the number that a proxy gave a request, if it is one and no text of somebody; else a new one."""
    return claimed if SANE_ID.fullmatch(claimed) else uuid.uuid4().hex


def mask(path: str) -> str:
    """Returns the address `path` with `***` in the place of each part that may be a key or an e-mail address.

    Words, slugs, dates and numbers stay. A query is cut off: it may hold words that somebody searches.
    """
    path, found, _query = path.partition("?")
    return SEGMENT.sub(lambda part: part[0] if is_written_by_people(part[0]) else MASK, path) + (
        f"?{MASK}" if found else ""
    )


def one_line(text: str) -> str:
    """Returns `text` with escapes in the place of the characters that could start a line of a log, or hide in one."""
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in INVISIBLE else char for char in text
    )


class RequestIdFilter(logging.Filter):
    """Gives each record the number of its request. On handlers: every line has one."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = request_id.get()
        return True


class MaskedPathFilter(logging.Filter):
    """Masks the address in what Django says of a request: it is an argument of its lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_masked(value) for value in record.args)
        return True


def _masked(value: object) -> object:
    return mask(value) if isinstance(value, str) and value.startswith("/") else value


class RefusedRequestFilter(logging.Filter):
    """Makes one short warning of a request that Django refuses to read: nobody here did anything wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = record.exc_text = None
        return True


class WrongHostFilter(RefusedRequestFilter):
    """The same of a request that asks for the name of another site, without that name."""

    def filter(self, record: logging.LogRecord) -> bool:
        super().filter(record)
        record.msg, record.args = "a request asked for a host that is not ours", ()
        return True


class LineFormatter(logging.Formatter):
    """A line to read: `2026-11-24T08:00:00.000Z INFO mailing.tick: 2 planned`, and the number of the request if any.

    Whatever a message holds, it is one line. The lines of a traceback below it are indented, those of its message too.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:
        number = getattr(record, "request_id", "")
        return one_line(super().formatMessage(record)) + (f" [{number}]" if number else "")

    def formatException(self, ei: Any) -> str:
        return "\n".join(f"  {one_line(line)}" for line in super().formatException(ei).split("\n"))


class JSONFormatter(logging.Formatter):
    """One object on one line: `time`, `level`, `logger`, `message`, `request_id`, `process`, and `exception` if any."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        told: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if number := getattr(record, "request_id", ""):
            told["request_id"] = number
        if status := getattr(record, "status_code", None):
            told["status"] = status
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
