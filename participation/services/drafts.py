"""Drafts of proposals: saving, adopting after signing in, sending, deleting."""

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
from participation.errors import CallClosed, DraftChanged, DraftSent, FileNotDescribed, TooManyDrafts
from participation.models import Attachment, CallPage, Proposal, ProposalDraft
from participation.services.proposals import submit_proposal

MAX_DRAFTS = 5
IDEA_FIELDS = ("kind", "title", "problem", "body", "inspired_by")
SUBJECT_FIELDS = ("call", "topic", "district", "has_subject")
FIELDS = IDEA_FIELDS + SUBJECT_FIELDS


def fingerprint(draft: ProposalDraft, fields: Collection[str]) -> str:
    """Returns a hash of `fields` of `draft`, which tells whether they are still as a page showed them."""
    values = [str(getattr(draft, f"{name}_id", None) or getattr(draft, name) or "") for name in fields]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


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
    """Keeps `values` in the draft `key`, which is made if there is none. `held` are the keys that the browser holds.

    `seen` is the fingerprint of these fields when the page was shown. Raises `DraftChanged` when they say something
    else since, `DraftSent` when the draft has become a proposal of `author`, and `TooManyDrafts` for a new one.
    """
    owned = ProposalDraft.objects.owned(author, held)
    draft = owned.select_for_update().filter(pk=key).first()
    if draft is None:
        if author and (sent := Proposal.objects.filter(idempotency_key=key, author=author).first()):
            raise DraftSent(sent)
        if owned.count() >= MAX_DRAFTS:
            raise TooManyDrafts
        if ProposalDraft.objects.filter(pk=key).exists():
            # Written here before somebody signed out: what is there stays, what was written now is kept beside it.
            key = uuid.uuid4()
        draft = ProposalDraft(key=key, author=author, created_at=now)
    elif seen and seen != fingerprint(draft, values) and any(getattr(draft, name) != values[name] for name in values):
        raise DraftChanged(draft)
    for name, value in values.items():
        setattr(draft, name, value)
    draft.updated_at = now
    draft.save()
    return draft


@transaction.atomic
def adopt_drafts(*, user: User, held: Collection[str]) -> int:
    """Gives `user` the drafts that the browser holds and that are nobody's yet; returns how many.

    However many the account has already: a limit must not lose what was written before signing in.
    """
    return ProposalDraft.objects.owned(None, held).update(author=user)


@transaction.atomic
def send_draft(*, draft: ProposalDraft, author: User, seen: str, now: datetime) -> Proposal:
    """Makes a proposal of `draft`, with its files; the draft is gone. Raises what `submit_proposal` raises.

    Sent twice it gives the first one. Raises `DraftChanged` when the text is not the one that the page showed, and
    `FileNotDescribed`.
    """
    locked = ProposalDraft.objects.select_for_update().filter(pk=draft.pk, author=author).first()
    if locked is None:
        if sent := Proposal.objects.filter(idempotency_key=draft.pk, author=author).first():
            return sent
        raise PermissionDenied
    if seen and seen != fingerprint(locked, FIELDS):
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
        title=locked.title,
        problem=locked.problem,
        body=locked.body,
        topic=locked.topic,
        district=locked.district,
        inspired_by=locked.inspired_by,
        key=locked.pk,
        now=now,
    )
    Attachment.objects.filter(draft=locked).update(draft=None, proposal=proposal)
    locked.delete()
    return proposal


@transaction.atomic
def delete_draft(*, draft: ProposalDraft) -> None:
    """Deletes `draft` and its files. Idempotent."""
    ProposalDraft.objects.filter(pk=draft.pk).delete()


def forget_old_drafts(*, now: datetime) -> int:
    """Deletes the drafts of accounts that nobody has touched for long, with their files; returns how many."""
    return _forget(ProposalDraft.objects.expired(now).exclude(author=None))


def forget_drafts_without_account(*, now: datetime) -> int:
    """Deletes the drafts whose browser does not know them any more, with their files; returns how many."""
    return _forget(ProposalDraft.objects.expired(now).filter(author=None))


def _forget(old: QuerySet[ProposalDraft]) -> int:
    return old.delete()[1].get(ProposalDraft._meta.label, 0) if old.exists() else 0
