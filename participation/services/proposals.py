"""The life of a proposal: received, then published or refused by moderation."""

import uuid
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.search import index

from accounts.models import User
from committee.models import TopicPage
from common.sanitising import clean_text
from participation import deadlines, permissions
from participation.models import CallPage, Comment, Proposal
from participation.services import mails
from participation.services.decisions import decide, own
from participation.services.discussions import discussion_for_proposal
from participation.services.errors import CallClosed, TooMany

PROPOSALS_PER_DAY = 20


@transaction.atomic
def submit_proposal(
    *,
    author: User,
    call: CallPage,
    title: str,
    problem: str,
    body: str,
    topic: TopicPage | None,
    district: str,
    key: uuid.UUID,
    now: datetime,
) -> Proposal:
    """Saves a proposal that waits to be read, and confirms it to its author by mail.

    Sent twice with the same `key` it returns the first one, even if the call has closed in between. Raises
    `CallClosed`, `TooMany`, and `PermissionDenied` for the key of somebody else.
    """
    if sent := Proposal.objects.filter(idempotency_key=key).first():
        return own(sent, author)
    if not permissions.can_propose(author, call, now):
        raise CallClosed
    if Proposal.objects.filter(author=author, created_at__gt=now - timedelta(days=1)).count() >= PROPOSALS_PER_DAY:
        raise TooMany
    proposal, created = Proposal.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "author": author,
            "call": call,
            "title": " ".join(clean_text(title).split()),
            "problem": clean_text(problem),
            "body": clean_text(body),
            "topic": topic,
            "district": district,
            "created_at": now,
        },
    )
    if created:
        discussion_for_proposal(proposal=proposal)
        mails.proposal_received(proposal)
    return own(proposal, author)


@transaction.atomic
def moderate_proposal(
    *, proposal: Proposal, state: Proposal.State, moderator: User, now: datetime, reason: str = ""
) -> Proposal:
    """Publishes or refuses a proposal, logs who decided and why, and queues the mail to its author.

    Decided twice the same way, nothing happens the second time. Raises `PermissionDenied`, `WrongState` and, for a
    refusal, `ReasonMissing`.
    """
    if not permissions.can_moderate_proposals(moderator):
        raise PermissionDenied
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state == state:
        return proposal
    action = decide(proposal, state=state, reason=reason, now=now)
    if state == Proposal.State.PUBLISHED:
        proposal.answer_due_on = proposal.answer_due_on or deadlines.answer_due_on(timezone.localdate(now))
    proposal.save(update_fields=["state", "state_reason", "state_changed_at", "published_at", "answer_due_on"])
    discussion_for_proposal(proposal=proposal)
    _follow_in_search(proposal)
    log(proposal, action, user=moderator, data={"reason": proposal.state_reason})
    mails.proposal_moderated(proposal)
    return proposal


def _follow_in_search(proposal: Proposal) -> None:
    """What is hidden leaves the index at once, its comments with it; what is published again comes back."""
    comments = Comment.objects.published().filter(discussion__proposal=proposal)
    change = index.insert_or_update_object if proposal.is_public else index.remove_object
    for indexed in [proposal, *comments]:
        change(indexed)
