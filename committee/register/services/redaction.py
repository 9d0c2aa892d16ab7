"""Removing the words of an entry that must not be read any more, without breaking the chain.

The chain holds what the words commit to, not the words. Once they are removed here, on the page of the session, in its
minutes and drafts and in the words that search knows, nobody can find them again: the salt is gone too.
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
    MinutesDecision,
    RegisterEntry,
    SessionAction,
    SessionDecision,
    SessionMinutes,
    SessionPage,
)
from committee.register.services.chain import append
from committee.services.text_removal import in_all_texts, name_remover, rewrite_revisions, sentence_remover
from common.templatetags.dates import in_paris

# What a revision of the page of a session holds beside its decisions.
WRITTEN_ON_THE_PAGE = ("minutes", "introduction", "search_description", "actions")


@transaction.atomic
def redact(*, entry: RegisterEntry, actor: User, reason: str, now: datetime, also: str = "") -> RegisterEntry:
    """Removes the words of the decision `entry`; returns the new entry that says so, and why.

    They go from the minutes too; so does `also`, a name most of the time, wherever it stands in these minutes.
    Raises `PermissionDenied` or `NothingToRemove`.
    """
    today = in_paris(now).date()
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
    RegisterEntry.objects.filter(pk=entry.pk).update(text="", responsible="", salt="")
    entry.refresh_from_db()
    index.insert_or_update_object(entry)
    return removal


def removed_words(entry: RegisterEntry) -> str:
    """What stands in the place of the words."""
    return gettext("Words removed: see entry no. %(number)d of the register.") % {"number": entry.number}


def _remove_from_session(entry: RegisterEntry, also: str) -> None:
    """The page of the session, its minutes, their drafts and former versions say the same as the register."""
    said = {"text": removed_words(entry), "responsible": ""}
    words = {"text": entry.text, "responsible": entry.responsible}
    sentence, further = sentence_remover(entry.text, said["text"], entry.responsible), name_remover(also)

    def without(text: str) -> str:
        return further(sentence(text))

    def rewrite(content: dict[str, Any]) -> None:
        for row in content.get("decisions", []):
            if all(row.get(name) == word for name, word in words.items()):
                row.update(said)
        content.update(_without({name: content[name] for name in WRITTEN_ON_THE_PAGE if name in content}, without))

    # By its day, or by what it says: the day of a session could change before it was frozen with the minutes.
    named = SessionPage.objects.filter(slug=str(entry.session_day))
    for page in named | SessionPage.objects.filter(pk__in=SessionDecision.objects.filter(**words).values("session")):
        SessionDecision.objects.filter(session=page, **words).update(**said)
        MinutesDecision.objects.filter(record__session=page, **words).update(**said)
        rewrite_revisions(page.pk, rewrite)
        _remove_from_page(page, without)
        _remove_from_minutes(page, without)
        index.insert_or_update_object(SessionPage.objects.get(pk=page.pk))


def _remove_from_page(page: SessionPage, without: Callable[[str], str]) -> None:
    """What is approved is frozen: it changes here and nowhere else, past the check of the page."""
    minutes = SessionPage._meta.get_field("minutes")
    written = {"introduction": page.introduction, "search_description": page.search_description}
    body = minutes.to_python(json.dumps(in_all_texts(page.minutes.get_prep_value(), without)))  # type: ignore[attr-defined]
    SessionPage.objects.filter(pk=page.pk).update(minutes=body, **_without(written, without))
    for row in SessionAction.objects.filter(session=page):
        _remove_from_row(row, ("text",), without)


def _remove_from_minutes(page: SessionPage, without: Callable[[str], str]) -> None:
    """The text that the minutes were made of, and what members said of it."""
    for record in SessionMinutes.objects.filter(session=page):
        _remove_from_row(record, ("text",), without)
        for action in record.actions.all():
            _remove_from_row(action, ("text",), without)
        for correction in record.corrections.all():
            _remove_from_row(correction, ("passage", "replacement", "why", "reason"), without)


def _remove_from_row(row: Model, names: tuple[str, ...], without: Callable[[str], str]) -> None:
    limits = {name: row._meta.get_field(name).max_length for name in names}  # type: ignore[union-attr]
    changed = {name: without(getattr(row, name))[: limits[name]] for name in names}
    if any(getattr(row, name) != text for name, text in changed.items()):
        type(row)._base_manager.filter(pk=row.pk).update(**changed)


def _without(content: dict[str, Any], without: Callable[[str], str]) -> dict[str, Any]:
    """Changes texts of a page; its minutes are JSON in a text."""
    return {
        name: json.dumps(in_all_texts(json.loads(value), without))
        if name == "minutes" and isinstance(value, str)
        else in_all_texts(value, without)
        for name, value in content.items()
    }
