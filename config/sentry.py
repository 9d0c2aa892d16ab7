"""Errors to a service that speaks as Sentry does: what broke and where, nothing about who was there."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration

from common.logs import mask, request_id

# What an event keeps; all else may name somebody: addresses, words of an error, values, arguments of a task.
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
    """Sends what is logged as an error, from now on. The content policy of pages stays as it is: browsers send none."""
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
        before_send=without_people,
    )


def without_people(event: Any, hint: dict[str, Any]) -> Any:
    """Returns `event` without addresses, words and values. The log has them, under the number that goes with it."""
    told = {name: value for name, value in event.items() if name in KEPT}
    told["tags"] = {"request_id": request_id.get()}
    if "transaction" in told:
        told["transaction"] = mask(told["transaction"])
    if "logentry" in told:
        # The sentence of the code, before values are put into it.
        told["logentry"] = {"message": told["logentry"].get("message", "")}
    for error in told.get("exception", {}).get("values", []):
        error["value"] = ""
        error.pop("mechanism", None)
    return told
