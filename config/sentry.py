"""Error reports to a service with the Sentry protocol: what failed and where, without personal data."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration

from common.logs import mask, request_id

# Keys of an event that are sent. All others may identify a person: URLs, error messages, values, task arguments.
KEPT = {
    "event_id",
    "timestamp",
    "level",
    "logger",
    "platform",
    "exception",
    "logentry",
    "transaction",
    "release",
    "sdk",
}


def start(dsn: str) -> None:
    """Sends errors to `dsn` as they are logged. The content security policy is unchanged: browsers send nothing."""
    sentry_sdk.init(
        dsn=dsn,
        auto_enabling_integrations=False,
        integrations=[
            DjangoIntegration(middleware_spans=False, signals_spans=False, cache_spans=False),
            CeleryIntegration(),
        ],
        auto_session_tracking=False,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=without_personal_data,
    )


def without_personal_data(event: Any, hint: dict[str, Any]) -> Any:
    """Returns `event` without URLs, messages and values. The log has them, under the same request id."""
    kept = {name: value for name, value in event.items() if name in KEPT}
    kept["tags"] = {"request_id": request_id.get()}
    if "transaction" in kept:
        kept["transaction"] = mask(kept["transaction"])
    if "logentry" in kept:
        # Message template of the log call, before its arguments are inserted.
        kept["logentry"] = {"message": kept["logentry"].get("message", "")}
    for error in kept.get("exception", {}).get("values", []):
        error["value"] = ""
        error.pop("mechanism", None)
    return kept
