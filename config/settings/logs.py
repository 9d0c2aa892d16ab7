"""What is logged where: lines to read on standard error, the audit log as JSON on standard output."""

from typing import Any

from config.settings.environment import env

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        # The message is JSON already (docs/audit-log.md).
        "audit": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "audit": {"handlers": ["audit"], "level": "INFO", "propagate": False},
        # A line for each passkey that is used otherwise.
        "fido2": {"level": "WARNING"},
        # A line for each kind of report that a mail is compared with, and what it raises, which `mailing.returns` logs.
        "flufl.bounce": {"level": "CRITICAL"},
        # Two lines per indexed object otherwise.
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}
