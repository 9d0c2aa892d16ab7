"""Removes the text of an entry from the register and from all copies, without breaking the hash chain.

The chain contains a commitment to the text, not the text. Text and salt are removed from the entry; the text also
from the page of the session, its minutes, its revisions, and the search index.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext
from wagtail.search import index

from accounts.models import User
from committee import errors, permissions
from committee.models import (
    Dissent,
    MinutesDecision,
    RegisterEntry,
    SessionAction,
    SessionDecision,
    SessionMinutes,
    SessionPage,
)
from committee.register.services.chain import append
from committee.services.text_removal import in_all_texts, name_remover, rewrite_revisions, sentence_remover
from common.templatetags.dates import in_city_time

# Other fields of a session revision, besides decisions, that may contain the text.
PAGE_FIELDS = ("minutes", "introduction", "search_description", "actions")
# Text fields of an action, on the page and in the draft of the minutes.
ACTION_TEXTS = ("text", "responsible")


@transaction.atomic
def redact(*, entry: RegisterEntry, actor: User, reason: str, now: datetime, also: str = "") -> RegisterEntry:
    """Removes the text of the decision `entry`; returns the new entry that records the removal and its reason.

    The text is also removed from the minutes, and so is `also`, usually a name, wherever it occurs in them. Raises
    `PermissionDenied` or `NothingToRemove`.
    """
    today = in_city_time(now).date()
    if not permissions.can_redact_register(actor, today):
        raise PermissionDenied
    entry = RegisterEntry.objects.select_for_update().get(pk=entry.pk)
    if entry.kind != RegisterEntry.Kind.DECISION or entry.is_redacted:
        raise errors.NothingToRemove
    removal = append(
        now=now,
        kind=RegisterEntry.Kind.REDACTION,
        redacts=entry.number,
        reason=reason,
        author_role=permissions.role_of(actor, today),
        session_day=entry.session_day,
    )
    _remove_from_session(entry, also)
    Dissent.objects.filter(entry=entry).update(text="", about="")
    RegisterEntry.objects.filter(pk=entry.pk).update(text="", responsible="", dissents="", salt="")
    entry.refresh_from_db()
    index.insert_or_update_object(entry)
    return removal


def removed_words(entry: RegisterEntry) -> str:
    """Returns the text that replaces the removed one."""
    return gettext("Words removed: see entry no. %(number)d of the register.") % {"number": entry.number}


def _remove_from_session(entry: RegisterEntry, also: str) -> None:
    """Removes the text from the page of the session, its minutes, and their drafts and revisions."""
    replacement = {"text": removed_words(entry), "responsible": ""}
    texts = {"text": entry.text, "responsible": entry.responsible}
    sentence, further = sentence_remover(entry.text, replacement["text"], entry.responsible), name_remover(also)

    def without(text: str) -> str:
        return further(sentence(text))

    def rewrite(content: dict[str, Any]) -> None:
        for row in content.get("decisions", []):
            if all(row.get(name) == value for name, value in texts.items()):
                row.update(replacement)
        content.update(_without({name: content[name] for name in PAGE_FIELDS if name in content}, without))

    # By day, or by text: before the minutes froze it, the day of a session could change.
    named = SessionPage.objects.filter(slug=str(entry.session_day))
    for page in named | SessionPage.objects.filter(pk__in=SessionDecision.objects.filter(**texts).values("session")):
        SessionDecision.objects.filter(session=page, **texts).update(**replacement)
        MinutesDecision.objects.filter(record__session=page, **texts).update(**replacement)
        rewrite_revisions(SessionPage.objects.filter(pk=page.pk), rewrite)
        _remove_from_page(page, without)
        _remove_from_minutes(page, without)
        index.insert_or_update_object(SessionPage.objects.get(pk=page.pk))


def _remove_from_page(page: SessionPage, without: Callable[[str], str]) -> None:
    """Updates the frozen fields with a query, because `save` would refuse it. No other code changes them."""
    minutes = SessionPage._meta.get_field("minutes")
    written = {"introduction": page.introduction, "search_description": page.search_description}
    body = minutes.to_python(json.dumps(in_all_texts(page.minutes.get_prep_value(), without)))  # type: ignore[attr-defined]
    SessionPage.objects.filter(pk=page.pk).update(minutes=body, **_without(written, without))
    for row in SessionAction.objects.filter(session=page):
        _remove_from_row(row, ACTION_TEXTS, without)


def _remove_from_minutes(page: SessionPage, without: Callable[[str], str]) -> None:
    """Removes the text from the draft of the minutes, its actions, dissents and corrections."""
    for record in SessionMinutes.objects.filter(session=page):
        _remove_from_row(record, ("text",), without)
        for action in record.actions.all():
            _remove_from_row(action, ACTION_TEXTS, without)
        for dissent in Dissent.objects.filter(decision__record=record):
            _remove_from_row(dissent, ("text", "about"), without)
        for correction in record.corrections.all():
            _remove_from_row(correction, ("passage", "replacement", "why", "reason"), without)


def _remove_from_row(row: Model, names: tuple[str, ...], without: Callable[[str], str]) -> None:
    limits = {name: row._meta.get_field(name).max_length for name in names}  # type: ignore[union-attr]
    changed = {name: without(getattr(row, name))[: limits[name]] for name in names}
    if any(getattr(row, name) != text for name, text in changed.items()):
        type(row)._base_manager.filter(pk=row.pk).update(**changed)


def _without(content: dict[str, Any], without: Callable[[str], str]) -> dict[str, Any]:
    """Returns `content` with `without` applied to its texts; minutes are JSON in a string."""
    return {
        name: json.dumps(in_all_texts(json.loads(value), without))
        if name == "minutes" and isinstance(value, str)
        else in_all_texts(value, without)
        for name, value in content.items()
    }
