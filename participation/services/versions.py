"""Corrections of a proposal, and the hiding of its earlier texts."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from accounts.models import User
from common.sanitising import clean_text
from participation import permissions
from participation.errors import ChangedMeanwhile, ProposalEditClosed
from participation.models import Proposal

HIDE = "participation.hide_versions"


@transaction.atomic
def edit_proposal(
    *, proposal: Proposal, author: User, title: str, problem: str, body: str, seen_at: datetime | None, now: datetime
) -> Proposal:
    """Replaces the text of a proposal, keeps the earlier one, and asks moderators to read what readers read.

    `seen_at` is the `edited_at` of the text that the person had before her. The same text again changes nothing.
    Raises `PermissionDenied` for somebody else's proposal, `ProposalEditClosed`, and `ChangedMeanwhile` when another
    author was faster.
    """
    # Whoever supports, answers or publishes a comment needs this row too: they wait, or they were first.
    rows = Proposal.objects.select_related("call").select_for_update(of=("self",))
    proposal = rows.get(pk=proposal.pk)
    if not proposal.is_author(author):
        raise PermissionDenied
    text = {"title": " ".join(clean_text(title).split()), "problem": clean_text(problem), "body": clean_text(body)}
    before = {name: getattr(proposal, name) for name in text}
    if before == text:
        return proposal
    if not permissions.can_edit_proposal(author, proposal, now):
        raise ProposalEditClosed
    if proposal.edited_at != seen_at:
        raise ChangedMeanwhile
    proposal.versions.create(**before, replaced_at=now)
    for name, value in text.items():
        setattr(proposal, name, value)
    proposal.edited_at, proposal.needs_review = now, proposal.is_public
    proposal.save(update_fields=[*text, "edited_at", "needs_review"])
    return proposal


@transaction.atomic
def hide_versions(*, proposal: Proposal, moderator: User) -> None:
    """Shows the earlier texts of `proposal` to no reader any more; their places stay. Raises `PermissionDenied`."""
    if not permissions.can_moderate_proposals(moderator):
        raise PermissionDenied
    if proposal.versions.filter(is_hidden=False).update(is_hidden=True):
        log(proposal, HIDE, user=moderator)
