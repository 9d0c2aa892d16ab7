"""Logging, all to standard error, as text or JSON (LOG_FORMAT); the audit log always as JSON.

Standard output is reserved for commands: their output with `--json` is one object.
"""

from typing import Any

from config.settings.variables import variable

LOG_FORMAT = variable("LOG_FORMAT", "line")

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
        "console": {"class": "common.logs.JournalHandler", "formatter": LOG_FORMAT, "filters": ["request_id"]},
        # Counts errors for `operations`; writes no output.
        "faults": {"class": "common.faults.FaultHandler", "level": "ERROR", "filters": ["request_id"]},
        # The message is JSON already (docs/audit-log.md).
        "audit": {"class": "logging.StreamHandler"},
    },
    "root": {"handlers": ["console", "faults"], "level": variable("LOG_LEVEL", "INFO")},
    "loggers": {
        "audit": {"handlers": ["audit"], "level": "INFO", "propagate": False},
        # Logs each file and each checksum of archives at INFO.
        "bagit": {"level": "WARNING"},
        # Django's own handlers write to the console in DEBUG only, and mail ADMINS, which is empty.
        "django": {"handlers": [], "level": "INFO"},
        "django.request": {"filters": ["masked_path"]},
        "django.security.csrf": {"filters": ["masked_path"]},
        "django.security.DisallowedHost": {"filters": ["wrong_host"]},
        "django.security.RequestDataTooBig": {"filters": ["refused_request"]},
        "django.security.TooManyFieldsSent": {"filters": ["refused_request"]},
        "django.security.TooManyFilesSent": {"filters": ["refused_request"]},
        # Has a handler of its own, which gunicorn added before it loaded the site.
        "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # Logs two lines per message, every 30 seconds, at INFO; the heartbeat covers this.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # Logs a line per passkey used at INFO.
        "fido2": {"level": "WARNING"},
        # Logs a line per bounce format that is tried; `mailing.returns` logs its exceptions.
        "flufl.bounce": {"level": "CRITICAL"},
        # Logs two lines per indexed object at INFO.
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}
