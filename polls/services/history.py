"""Log of changes of polls, with the values before and after."""

from datetime import UTC, datetime
from typing import Any

from wagtail.log_actions import log

from accounts.models import User
from polls.models import Poll

CHANGED = "polls.change"


def values_of(poll: Poll) -> dict[str, Any]:
    """Returns the field values of `poll`, by name, with times in UTC."""
    fields = [field for field in Poll._meta.concrete_fields if not field.primary_key]
    return {field.name: _in_utc(field.value_from_object(poll)) for field in fields}


def log_change(poll: Poll, action: str, *, before: dict[str, Any], by: User | None) -> None:
    """Logs `action` with the fields that differ from `before` (see `values_of`)."""
    after = values_of(poll)
    changes = {name: [value, after[name]] for name, value in before.items() if value != after[name]}
    log(poll, action, user=by, data={"changes": changes})


def _in_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
