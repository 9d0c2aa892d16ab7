"""Removing the words of an entry that must not be read any more, without breaking the chain.

The chain holds what the words commit to, not the words. Once they are removed here, on the page of the session, in its
drafts and in the words that search knows, nobody can find them again: the salt is gone too.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext
from wagtail.models import Revision
from wagtail.search import index

from accounts.models import User
from committee import errors, permissions
from committee.models import MinutesDecision, RegisterEntry, SessionDecision, SessionPage
from committee.register.chain import append
from common.templatetags.dates import in_paris


@transaction.atomic
def redact(*, entry: RegisterEntry, actor: User, reason: str, now: datetime) -> RegisterEntry:
    """Removes the words of the decision `entry`; returns the new entry that says so, and why.

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
    _remove_from_session(entry)
    RegisterEntry.objects.filter(pk=entry.pk).update(text="", responsible="", salt="")
    entry.refresh_from_db()
    index.insert_or_update_object(entry)
    return removal


def removed_words(entry: RegisterEntry) -> str:
    """What stands in the place of the words."""
    return gettext("Words removed: see entry no. %(number)d of the register.") % {"number": entry.number}


def _remove_from_session(entry: RegisterEntry) -> None:
    """The page of the session, its drafts and its former versions say the same as the register."""
    page = SessionPage.objects.filter(slug=str(entry.session_day)).first()
    if page is None:
        return
    said = {"text": removed_words(entry), "responsible": ""}
    words = {"text": entry.text, "responsible": entry.responsible}
    SessionDecision.objects.filter(session=page, **words).update(**said)
    MinutesDecision.objects.filter(record__session=page, **words).update(**said)
    for revision in Revision.page_revisions.filter(object_id=str(page.pk)):
        rows = revision.content.get("decisions", [])
        for row in rows:
            if all(row.get(name) == word for name, word in words.items()):
                row.update(said)
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)
    index.insert_or_update_object(SessionPage.objects.get(pk=page.pk))
