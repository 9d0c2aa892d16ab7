"""Drafts of proposals: save, adopt after sign-in, send, delete."""

import hashlib
import json
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from common.shown import BY_PROGRAM, Shown
from common.shown import fingerprint as hash_of_values
from participation.errors import CallClosed, DraftChanged, DraftSent, FileNotDescribed, TooManyDrafts
from participation.models import Attachment, CallPage, Proposal, ProposalDraft
from participation.models.proposal_text import TEXT_FIELDS
from participation.services.proposals import submit_proposal

MAX_DRAFTS = 5
IDEA_FIELDS = ("kind", *TEXT_FIELDS, "inspired_by")
SUBJECT_FIELDS = ("call", "topic", "district", "has_subject")
FIELDS = IDEA_FIELDS + SUBJECT_FIELDS


def fingerprint(draft: ProposalDraft, fields: Collection[str]) -> str:
    """Returns a hash of `fields` of `draft`, to detect changes since a page was shown."""
    values = [str(getattr(draft, f"{name}_id", None) or getattr(draft, name) or "") for name in fields]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def sent_fingerprint(draft: ProposalDraft) -> str:
    """Returns a hash of all that is sent of `draft`: its fields, and its files with their descriptions."""
    files = list(draft.attachments.order_by("created_at", "key").values_list("key", "description"))
    return hash_of_values(fingerprint(draft, FIELDS), files)


@transaction.atomic
def save_draft(
    *,
    key: uuid.UUID,
    author: User | None,
    held: Collection[str],
    values: Mapping[str, Any],
    seen: str,
    now: datetime,
) -> ProposalDraft:
    """Saves `values` in the draft `key`, which is created if needed.

    `held` are the keys in the session of the browser. `seen` is the fingerprint of these fields when the page was
    shown, even of a new draft. Raises `DraftChanged` if the fields have changed since, `DraftSent` if the draft has
    become a proposal of `author`, and `TooManyDrafts` for a new one.
    """
    owned = ProposalDraft.objects.owned(author, held)
    draft = owned.select_for_update().filter(pk=key).first()
    if draft is None:
        if author and (sent := Proposal.objects.filter(idempotency_key=key, author=author).first()):
            raise DraftSent(sent)
        if owned.count() >= MAX_DRAFTS:
            raise TooManyDrafts
        row = {**values, "author": author, "created_at": now, "updated_at": now}
        draft, _created = ProposalDraft.objects.get_or_create(pk=key, defaults=row)
        if draft.author == author and all(getattr(draft, name) == values[name] for name in values):
            # Created here, or by another request if the same form is sent twice at the same moment.
            return draft
        # Written in this browser before somebody signed out: it stays, and the new text is kept beside it.
        return ProposalDraft.objects.create(pk=uuid.uuid4(), **row)
    if seen != fingerprint(draft, values) and any(getattr(draft, name) != values[name] for name in values):
        raise DraftChanged(draft)
    for name, value in values.items():
        setattr(draft, name, value)
    draft.updated_at = now
    draft.save()
    return draft


@transaction.atomic
def adopt_drafts(*, user: User, held: Collection[str]) -> int:
    """Assigns to `user` the anonymous drafts held by the browser; returns how many.

    The limit per account does not apply: no text written before signing in may be lost.
    """
    return ProposalDraft.objects.owned(None, held).update(author=user)


@transaction.atomic
def send_draft(*, draft: ProposalDraft, author: User, shown: Shown, now: datetime) -> Proposal:
    """Turns `draft`, with its files, into a proposal.

    Idempotent. Raises the exceptions of `submit_proposal`, `DraftChanged` unless `shown` is `sent_fingerprint`, and
    `FileNotDescribed`.
    """
    locked = ProposalDraft.objects.select_for_update().filter(pk=draft.pk, author=author).first()
    if locked is None:
        if sent := Proposal.objects.filter(idempotency_key=draft.pk, author=author).first():
            return sent
        raise PermissionDenied
    if shown is not BY_PROGRAM and shown != sent_fingerprint(locked):
        raise DraftChanged(locked)
    if locked.attachments.filter(description="").exists():
        raise FileNotDescribed
    call = CallPage.objects.published().filter(pk=locked.call_id).first()
    if call is None and locked.call_id:
        raise CallClosed
    proposal = submit_proposal(
        author=author,
        call=call,
        kind=locked.kind,
        topic=locked.topic,
        district=locked.district,
        inspired_by=locked.inspired_by,
        key=locked.pk,
        now=now,
        **locked.texts,
    )
    Attachment.objects.filter(draft=locked).update(draft=None, proposal=proposal)
    locked.delete()
    return proposal


@transaction.atomic
def delete_draft(*, draft: ProposalDraft) -> None:
    """Deletes `draft` and its files. Idempotent."""
    ProposalDraft.objects.filter(pk=draft.pk).delete()


def forget_old_drafts(*, now: datetime) -> int:
    """Deletes expired drafts of accounts, with their files; returns how many."""
    return _forget(ProposalDraft.objects.expired(now).exclude(author=None))


def forget_drafts_without_account(*, now: datetime) -> int:
    """Deletes expired anonymous drafts, which no browser holds any more, with their files; returns how many."""
    return _forget(ProposalDraft.objects.expired(now).filter(author=None))


def _forget(old: QuerySet[ProposalDraft]) -> int:
    return old.delete()[1].get(ProposalDraft._meta.label, 0) if old.exists() else 0
