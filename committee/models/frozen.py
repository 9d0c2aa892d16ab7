"""Mixin of `SessionPage` that freezes a session once its minutes are approved.

A session to come with convocations cannot be deleted either: its page informs members of a cancellation.
"""

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from committee.models.minutes import SessionMinutes
from committee.models.votes import VOTE_FIELDS
from common.errors import Refusal
from common.templatetags.dates import in_city_time

ARE_FROZEN = _(
    "These minutes are approved: their text, their decisions and their actions do not change any more. "
    "To say something else, take a new decision at the next session."
)
SESSION_IS_FROZEN = _(
    "The minutes of this session are approved: its title, its number, its status, its day and its agenda do not change "
    "any more. The hours, the place and the documents still may."
)
STAYS_PUBLISHED = _(
    "The minutes of “%(title)s” are approved: the session stays published, at its address. "
    "The history of the committee keeps it."
)
DAY_IS_FROZEN = _("The register of decisions names this day: it does not change any more. The hours still may.")
IS_KEPT = _(
    "“%(title)s” cannot be deleted: it took place, or has attendance or approved minutes. "
    "The history of the committee keeps it."
)
CONVENED_STAYS = _(
    "Members were called to “%(title)s”: it stays published until its day. "
    "If it does not take place, cancel it, then tell those who were called."
)
SESSION_FIELDS = ("title", "number", "status")
# The subjects of agenda items and decisions, and `done_on` of decisions and actions, may still change.
AGENDA_FIELDS = ("starts_at", "minutes", "title", "presenter", "topic")
DECISION_FIELDS = ("text", "responsible", "due_on", "topic", "sort_order", *VOTE_FIELDS)
ACTION_FIELDS = ("text", "member", "responsible", "due_on", "topic", "sort_order")


class FrozenByApproval(models.Model):
    """Refuses to save a session that differs from its approved minutes, and keeps drafts from changing them."""

    class Meta:
        abstract = True

    def has_frozen_minutes(self) -> bool:
        return self.pk is not None and SessionMinutes.objects.approved().filter(session=self.pk).exists()

    def clean(self) -> None:
        super().clean()
        if self.has_frozen_minutes():
            self.check_frozen()

    def check_frozen(self) -> None:
        """Raises `ValidationError` if any frozen field differs from the saved page."""
        saved = type(self)._default_manager.get(pk=self.pk)
        new, old = self.serializable_data(), saved.serializable_data()  # type: ignore[attr-defined]
        if _frozen_part(new) != _frozen_part(old):
            raise ValidationError(ARE_FROZEN)
        if _agenda(new) != _agenda(old):
            raise ValidationError(SESSION_IS_FROZEN)
        errors: dict[str, Any] = {name: SESSION_IS_FROZEN for name in SESSION_FIELDS if new[name] != old[name]}
        if self.slug != saved.slug or _day(self.starts_at) != saved.slug:  # type: ignore[attr-defined]
            errors["starts_at"] = DAY_IS_FROZEN
        if self.expire_at:  # type: ignore[attr-defined]
            errors["expire_at"] = STAYS_PUBLISHED % {"title": old["title"]}
        if errors:
            raise ValidationError(errors)

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Replaces the frozen fields of a draft by those of the saved page: an old draft removes nothing approved."""
        if self.has_frozen_minutes():
            saved = type(self)._default_manager.get(pk=self.pk).serializable_data()  # type: ignore[attr-defined]
            decisions = {row["pk"]: row for row in content.get("decisions", [])}
            agenda = {row["pk"]: row for row in content.get("agenda_items", [])}
            if _day(content["starts_at"]) != saved["slug"]:
                content = {**content, **{name: saved[name] for name in ("slug", "starts_at", "ends_at")}}
            content = {
                **content,
                **{name: saved[name] for name in (*SESSION_FIELDS, "minutes", "actions", "expire_at")},
                "decisions": [
                    {**decisions.get(row["pk"], row), **_only(row, (*DECISION_FIELDS, "done_on", "is_followed"))}
                    for row in saved["decisions"]
                ],
                "agenda_items": [
                    {**agenda.get(row["pk"], row), **_only(row, (*AGENDA_FIELDS, "sort_order"))}
                    for row in saved["agenda_items"]
                ],
            }
        return super().with_content_json(content)  # type: ignore[misc]


def refuse_deletion_of_held_session(sender: type[models.Model], instance: Any, **kwargs: Any) -> None:
    """Receiver of `pre_delete` of a session: raises `Refusal` for a session of the history, whatever deletes it."""
    held = type(instance).objects.live().held(timezone.now()).filter(pk=instance.pk)
    if held.exists() or instance.attendances.exists() or instance.has_frozen_minutes():
        raise Refusal(IS_KEPT % {"title": instance.title})
    _keep_convened(Page.objects.filter(pk=instance.pk))


def _keep_convened(pages: models.QuerySet[Page]) -> None:
    """Raises `Refusal` if one of `pages` is a session to come with convocations."""
    convened = pages.filter(sessionpage__starts_at__gt=timezone.now(), sessionpage__convocations__isnull=False)
    if title := convened.values_list("title", flat=True).first():
        raise Refusal(CONVENED_STAYS % {"title": title})


def keep_published(
    sender: type[Page], instance: Any, raw: bool = False, update_fields: Any = None, **kwargs: Any
) -> None:
    """Receiver of `pre_save` of sessions and their parent pages: protects sessions with approved minutes.

    Wagtail unpublishes a page without calling `clean`, sometimes as a plain `Page`. Raises `Refusal` if the page
    would be unpublished, `ValidationError` if it would be rewritten.
    """
    written = {"live", "slug", "starts_at", *SESSION_FIELDS}
    if raw or instance.pk is None or (update_fields is not None and written.isdisjoint(update_fields)):
        return
    if not instance.live:
        approved = _approved_below(instance).filter(live=True)
        if title := approved.values_list("title", flat=True).first():
            raise Refusal(STAYS_PUBLISHED % {"title": title})
        _keep_convened(Page.objects.descendant_of(instance, inclusive=True).filter(live=True))
    if isinstance(instance, FrozenByApproval):
        if instance.has_frozen_minutes():
            instance.check_frozen()
    elif _approved_below(instance).filter(pk=instance.pk).exclude(title=instance.title, slug=instance.slug).exists():
        raise ValidationError(SESSION_IS_FROZEN)


def keep_place(
    sender: type[Page], instance: Any, parent_page_before: Any, parent_page_after: Any, **kwargs: Any
) -> None:
    """Receiver of `pre_page_move`: raises `Refusal` if the URL of a session with approved minutes would change."""
    if parent_page_before != parent_page_after and instance.has_frozen_minutes():
        raise Refusal(STAYS_PUBLISHED % {"title": instance.title})


def _approved_below(page: Page) -> models.QuerySet[Page]:
    """Returns the sessions with approved minutes among `page` and its descendants."""
    approved = SessionMinutes.objects.approved().values("session")
    return Page.objects.filter(pk__in=approved, path__startswith=page.path)


def _day(starts_at: datetime | str) -> str:
    moment = parse_datetime(starts_at) if isinstance(starts_at, str) else starts_at
    return in_city_time(moment).date().isoformat() if moment else ""


def _frozen_part(content: dict[str, Any]) -> dict[str, Any]:
    minutes = json.loads(content["minutes"]) if isinstance(content["minutes"], str) else content["minutes"]
    return {
        "minutes": [(block["type"], block["value"]) for block in minutes or []],
        "decisions": [_only(row, DECISION_FIELDS) for row in content["decisions"]],
        "actions": [_only(row, ACTION_FIELDS) for row in content["actions"]],
    }


def _agenda(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the agenda items in order. Ignores the values of `sort_order`, which Wagtail renumbers at each save."""
    rows = sorted(content["agenda_items"], key=lambda row: row["sort_order"] or 0)
    return [_only(row, AGENDA_FIELDS) for row in rows]


def _only(row: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: row[field] for field in fields}
