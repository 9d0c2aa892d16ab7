"""Logs, all on standard error: to read or as JSON (LOG_FORMAT); the audit log always as JSON.

Standard output belongs to the commands: what they write with `--json` is one object.
"""

from typing import Any

from config.settings.environment import env

LOG_FORMAT = env.str("LOG_FORMAT", default="line")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "common.logs.RequestIdFilter"},
        "masked_path": {"()": "common.logs.MaskedPathFilter"},
        "refused_request": {"()": "common.logs.RefusedRequestFilter"},
        "wrong_host": {"()": "common.logs.WrongHostFilter"},
    },
    "formatters": {
        "line": {"()": "common.logs.LineFormatter", "format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "common.logs.JSONFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request_id"]},
        # What somebody has to hear of (`operations`); it only counts, and writes nothing by itself.
        "faults": {"class": "common.faults.FaultHandler", "level": "ERROR", "filters": ["request_id"]},
        # The message is JSON already (docs/audit-log.md).
        "audit": {"class": "logging.StreamHandler"},
    },
    "root": {"handlers": ["console", "faults"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "audit": {"handlers": ["audit"], "level": "INFO", "propagate": False},
        # Each file and each checksum of archives.
        "bagit": {"level": "WARNING"},
        # Django's own handlers write to the console in DEBUG only, and mail ADMINS: nobody.
        "django": {"handlers": [], "level": "INFO"},
        "django.request": {"filters": ["masked_path"]},
        "django.security.csrf": {"filters": ["masked_path"]},
        "django.security.DisallowedHost": {"filters": ["wrong_host"]},
        "django.security.RequestDataTooBig": {"filters": ["refused_request"]},
        "django.security.TooManyFieldsSent": {"filters": ["refused_request"]},
        "django.security.TooManyFilesSent": {"filters": ["refused_request"]},
        # Two lines for each ring, every thirty seconds, otherwise: the heartbeat says that it came.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # A line for each passkey that is used otherwise.
        "fido2": {"level": "WARNING"},
        # A line for each kind of report that a mail is compared with, and what it raises, which `mailing.returns` logs.
        "flufl.bounce": {"level": "CRITICAL"},
        # Two lines per indexed object otherwise.
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}
