"""Proposals: submission, then publication or refusal by moderation."""

import uuid
from datetime import datetime, timedelta
from typing import Unpack

from django.db import transaction
from wagtail.models import Page

from accounts.models import User
from cms.models.inspiring import inspiring_pages
from committee.models import TopicPage
from participation import permissions
from participation.errors import AlreadySent, CallClosed, NoExample, NotInvited, TooMany
from participation.models import CallPage, Follow, Proposal, ProposalStep
from participation.models.proposal_text import TextArguments, clean_texts
from participation.notifications.proposals import ProposalReceived
from participation.services.follows import discussion_for_proposal, follow_automatically
from participation.services.moderation import record_unread
from participation.services.repeats import COMPARED_TEXTS, REPEATED_WITHIN, is_like_one_of
from participation.services.states import move

PROPOSALS_PER_DAY = 20


@transaction.atomic
def submit_proposal(
    *,
    author: User,
    call: CallPage | None,
    topic: TopicPage | None,
    district: str,
    key: uuid.UUID,
    now: datetime,
    kind: str = Proposal.Kind.PROPOSAL,
    inspired_by: Page | None = None,
    **texts: Unpack[TextArguments],
) -> Proposal:
    """Saves a proposal, for moderation or immediate publication as the call defines; informs its author by mail.

    `call` is None for an idea outside any call. Idempotent for one `key`, even if the call has closed in between.
    Raises `CallClosed`, `NotInvited`, `NoExample` if `inspired_by` is not a public inspiring page, `TooMany`,
    `AlreadySent` for a text that the user sent within a week, and `PermissionDenied` for another user's key.
    """
    if sent := Proposal.objects.filter(idempotency_key=key).first():
        return permissions.require_author(sent, author)
    if not permissions.can_propose(author, call, now):
        raise NotInvited(call) if call and permissions.is_open_to_proposals(call, now) else CallClosed
    if inspired_by and not inspiring_pages().filter(pk=inspired_by.pk).exists():
        raise NoExample
    content = clean_texts(texts)
    _refuse_floods(f"{content['problem']} {content['body']}", author, now=now)
    is_read_first = permissions.is_read_first(author, call, now)
    proposal, created = Proposal.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "author": author,
            "call": call,
            "kind": kind,
            **content,
            "topic": topic,
            "district": district,
            "inspired_by": inspired_by,
            "created_at": now,
            "needs_review": not is_read_first,
        },
    )
    if created:
        _begin(proposal, author, now=now)
    return permissions.require_author(proposal, author)


def _refuse_floods(text: str, author: User, *, now: datetime) -> None:
    if Proposal.objects.filter(author=author, created_at__gt=now - timedelta(days=1)).count() >= PROPOSALS_PER_DAY:
        raise TooMany
    recent = Proposal.objects.standing(author, since=now - REPEATED_WITHIN).values_list("problem", "body")
    if is_like_one_of(text, (" ".join(texts) for texts in recent[:COMPARED_TEXTS])):
        raise AlreadySent


def _begin(proposal: Proposal, author: User, *, now: datetime) -> None:
    """Creates the history and the discussion of a new proposal, and informs its author.

    No decision is made about a proposal that its call publishes at once: the mail about the publication goes to the
    author too.
    """
    ProposalStep.objects.create(
        proposal=proposal, at=now, to_state=proposal.state, role=ProposalStep.Role.AUTHOR, actor=author
    )
    discussion = discussion_for_proposal(proposal=proposal)
    follow_automatically(user=author, discussion=discussion, source=Follow.Source.OWN, now=now)
    if not proposal.needs_review:
        ProposalReceived(proposal).send(now=now)
        return
    record_unread(proposal, now=now)
    move(proposal, Proposal.State.PUBLISHED, role=ProposalStep.Role.AUTHOR, actor=None, now=now)
