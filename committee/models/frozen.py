"""Mixin of `SessionPage`: minutes, decisions and actions do not change once the minutes are approved."""

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from committee.models.minutes import SessionMinutes
from common.errors import Refusal
from common.templatetags.dates import in_paris

ARE_FROZEN = _(
    "These minutes are approved: their text, their decisions and their actions do not change any more. "
    "To say something else, take a new decision at the next session."
)
DAY_IS_FROZEN = _("The register of decisions names this day: it does not change any more. The hours still may.")
IS_KEPT = _(
    "“%(title)s” cannot be deleted: it took place, or has attendance or approved minutes. "
    "The history of the committee keeps it."
)
# `done_on` of an action, and what a decision is about, may change after the approval.
DECISION_FIELDS = ("text", "responsible", "due_on", "topic", "sort_order")
ACTION_FIELDS = ("text", "member", "responsible", "due_on", "topic", "sort_order")


class FrozenByApproval(models.Model):
    """Refuses to save a session whose approved minutes differ, and keeps drafts from changing them."""

    class Meta:
        abstract = True

    def has_frozen_minutes(self) -> bool:
        return self.pk is not None and SessionMinutes.objects.approved().filter(session=self.pk).exists()

    def clean(self) -> None:
        super().clean()
        if self.has_frozen_minutes():
            saved = type(self)._default_manager.get(pk=self.pk)
            if _frozen_part(self.serializable_data()) != _frozen_part(saved.serializable_data()):  # type: ignore[attr-defined]
                raise ValidationError(ARE_FROZEN)
            if self.slug != saved.slug:  # type: ignore[attr-defined]
                raise ValidationError({"starts_at": DAY_IS_FROZEN})

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Replaces the frozen fields of a draft by those of the saved page: an old draft removes nothing approved."""
        if self.has_frozen_minutes():
            saved = type(self)._default_manager.get(pk=self.pk).serializable_data()  # type: ignore[attr-defined]
            drafted = {row["pk"]: row for row in content.get("decisions", [])}
            if _day(content["starts_at"]) != saved["slug"]:
                content = {**content, **{name: saved[name] for name in ("slug", "starts_at", "ends_at")}}
            content = {
                **content,
                "minutes": saved["minutes"],
                "actions": saved["actions"],
                "decisions": [
                    {**drafted.get(row["pk"], row), **_only(row, DECISION_FIELDS)} for row in saved["decisions"]
                ],
            }
        return super().with_content_json(content)  # type: ignore[misc]


def keep_what_was_held(sender: type[models.Model], instance: Any, **kwargs: Any) -> None:
    """Receiver of `pre_delete` of a session: raises `Refusal` for one of the history, whatever deletes it."""
    held = type(instance).objects.live().held(timezone.now()).filter(pk=instance.pk)
    if held.exists() or instance.attendances.exists() or instance.has_frozen_minutes():
        raise Refusal(IS_KEPT % {"title": instance.title})


def _day(starts_at: datetime | str) -> str:
    moment = parse_datetime(starts_at) if isinstance(starts_at, str) else starts_at
    return in_paris(moment).date().isoformat() if moment else ""


def _frozen_part(content: dict[str, Any]) -> dict[str, Any]:
    minutes = json.loads(content["minutes"]) if isinstance(content["minutes"], str) else content["minutes"]
    return {
        "minutes": [(block["type"], block["value"]) for block in minutes or []],
        "decisions": [_only(row, DECISION_FIELDS) for row in content["decisions"]],
        "actions": [_only(row, ACTION_FIELDS) for row in content["actions"]],
    }


def _only(row: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: row[field] for field in fields}
