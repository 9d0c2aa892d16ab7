"""Log formatting: UTC times, request ids, masked URLs.

Loaded by beat, which runs without Django, and by the settings before the apps: this module must not import Django.
"""

import json
import logging
import os
import re
import time
import unicodedata
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from common.paths import is_written_by_people

# Id of the current request or task; "" outside of both.
request_id: ContextVar[str] = ContextVar("request_id", default="")

SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")
SEGMENT = re.compile(r"[^/]+")
MASK = "***"
# Unicode categories of invisible characters and line ends: controls, surrogates, line and paragraph separators.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def sane_or_new(claimed: str) -> str:
    """Returns the request id from the proxy if it is well-formed, else a new one."""
    return claimed if SANE_ID.fullmatch(claimed) else uuid.uuid4().hex


def mask(path: str) -> str:
    """Returns `path` with `***` in place of each segment that may be a token or an e-mail address.

    Words, slugs, dates and numbers are kept. The query is masked, since it may contain search words.
    """
    path, separator, _query = path.partition("?")
    return SEGMENT.sub(lambda part: part[0] if is_written_by_people(part[0]) else MASK, path) + (
        f"?{MASK}" if separator else ""
    )


def one_line(text: str) -> str:
    """Returns `text` with invisible characters and line ends escaped, against log injection."""
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in INVISIBLE else char for char in text
    )


class RequestIdFilter(logging.Filter):
    """Adds the request id to each record. Installed on handlers, so that every line has one."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = request_id.get()
        return True


class MaskedPathFilter(logging.Filter):
    """Masks URLs in the arguments of Django's messages about requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_masked(value) for value in record.args)
        return True


def _masked(value: object) -> object:
    return mask(value) if isinstance(value, str) and value.startswith("/") else value


class RefusedRequestFilter(logging.Filter):
    """Reduces the error for a request that Django cannot parse to a short warning: it is no fault of the site."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = record.exc_text = None
        return True


class WrongHostFilter(RefusedRequestFilter):
    """Does the same for an invalid Host header, and drops its value."""

    def filter(self, record: logging.LogRecord) -> bool:
        super().filter(record)
        record.msg, record.args = "a request asked for a host that is not ours", ()
        return True


class JournalHandler(logging.StreamHandler):
    """Handler that begins each line with its priority, if systemd connects standard error with its journal.

    Otherwise `journalctl -p err` finds no error. The prefix is described in sd-daemon(3), the variable in
    systemd.exec(5).
    """

    # Priorities of syslog by level: a record has that of the highest level that it reaches.
    PRIORITIES = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.NOTSET: 7}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_of_journal = is_connected_to_journal()

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if not self.is_of_journal:
            return text
        priority = next(number for level, number in self.PRIORITIES.items() if record.levelno >= level)
        return "\n".join(f"<{priority}>{line}" for line in text.split("\n"))


def is_connected_to_journal() -> bool:
    """Returns whether standard error is the stream to the journal that systemd announced to this process."""
    if not (announced := os.environ.get("JOURNAL_STREAM")):
        return False
    stream = os.fstat(2)
    return announced == f"{stream.st_dev}:{stream.st_ino}"


class LineFormatter(logging.Formatter):
    """Text format: `2026-11-24T08:00:00.000Z INFO mailing.tick: 2 planned`, followed by the request id, if any.

    Each message is on one line. The lines of a traceback are indented, including those of its message.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:
        identifier = getattr(record, "request_id", "")
        return one_line(super().formatMessage(record)) + (f" [{identifier}]" if identifier else "")

    def formatException(self, ei: Any) -> str:
        return "\n".join(f"  {one_line(line)}" for line in super().formatException(ei).split("\n"))


class JSONFormatter(logging.Formatter):
    """JSON object per line: `time`, `level`, `logger`, `message`, `request_id`, `process`, and `exception` if any."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        data: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if identifier := getattr(record, "request_id", ""):
            data["request_id"] = identifier
        if status := getattr(record, "status_code", None):
            data["status"] = status
        if record.exc_info:
            data["exception"] = self.formatException(record.exc_info)
        return json.dumps(data, ensure_ascii=False)
