"""Addenda: additions of authors to a proposal that can no longer be edited."""

import uuid
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from common.sanitising import clean_text
from participation import permissions
from participation.errors import AddendumClosed
from participation.models import Addendum, Proposal


@transaction.atomic
def add_addendum(*, proposal: Proposal, author: User, body: str, key: uuid.UUID, now: datetime) -> Addendum:
    """Saves an addendum, which waits for moderation.

    Idempotent for one `key`. Raises `AddendumClosed`, and `PermissionDenied` for another user's proposal or key.
    """
    # Serialises concurrent authors, so that the limit holds.
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not proposal.is_author(author):
        raise PermissionDenied
    if sent := Addendum.objects.filter(idempotency_key=key).first():
        return permissions.require_author(sent, author)
    if not permissions.can_add_addendum(author, proposal):
        raise AddendumClosed
    return Addendum.objects.create(
        idempotency_key=key, proposal=proposal, author=author, body=clean_text(body), created_at=now
    )
