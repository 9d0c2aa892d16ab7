"""Addenda: what authors add to a proposal that they cannot change any more."""

import uuid
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log
from wagtail.search import index

from accounts.models import User
from common.sanitising import clean_text
from participation import permissions
from participation.errors import AddendumClosed
from participation.models import Addendum, Proposal
from participation.notifications import mails
from participation.services.decisions import decide, own, record


@transaction.atomic
def add_addendum(*, proposal: Proposal, author: User, body: str, key: uuid.UUID, now: datetime) -> Addendum:
    """Saves an addendum that waits to be read. Sent twice with the same `key` it returns the first one.

    Raises `AddendumClosed`, and `PermissionDenied` for somebody else's proposal or key.
    """
    # Two authors at once wait for one another: the limit holds.
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not proposal.is_author(author):
        raise PermissionDenied
    if sent := Addendum.objects.filter(idempotency_key=key).first():
        return own(sent, author)
    if not permissions.can_add_addendum(author, proposal):
        raise AddendumClosed
    return Addendum.objects.create(
        idempotency_key=key, proposal=proposal, author=author, body=clean_text(body), created_at=now
    )


@transaction.atomic
def moderate_addendum(
    *,
    addendum: Addendum,
    state: Addendum.State,
    moderator: User,
    now: datetime,
    ground: str = "",
    reason: str = "",
    waiting_since: datetime | None = None,
) -> Addendum:
    """Publishes or refuses an addendum, logs who and why, queues the mail to the authors.

    Decided twice the same way, nothing happens the second time. Raises `PermissionDenied`, `WrongState` and, for a
    refusal, `ReasonMissing`.
    """
    if not permissions.can_moderate_proposals(moderator):
        raise PermissionDenied
    addendum = Addendum.objects.select_related("proposal").select_for_update(of=("self",)).get(pk=addendum.pk)
    if addendum.state == state:
        return addendum
    before = addendum.state
    action = decide(addendum, state=state, reason=reason, now=now)
    addendum.save(update_fields=["state", "state_reason", "state_changed_at", "published_at"])
    if addendum.proposal.is_public:
        index.insert_or_update_object(addendum.proposal)
    log(addendum, action, user=moderator, data={"reason": addendum.state_reason})
    decision = record(
        addendum,
        state=state,
        before=before,
        ground=ground,
        reason=reason,
        moderator=moderator,
        waiting_since=waiting_since,
        now=now,
    )
    mails.addendum_moderated(addendum, decision)
    return addendum
