"""Corrections of a proposal, publication of their files, and hiding of earlier versions."""

from datetime import datetime
from typing import Any, Unpack

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from accounts.models import User
from committee.models import TopicPage
from common.shown import Shown, require_shown
from participation import permissions
from participation.errors import ChangedMeanwhile, ProposalEditClosed
from participation.models import Proposal
from participation.models.proposal_text import TextArguments, clean_texts
from participation.models.versions import published_content
from participation.services.attachments import FileCorrections, correct_files

NO_FILES = FileCorrections()
HIDE = "participation.hide_versions"


@transaction.atomic
def edit_proposal(
    *,
    proposal: Proposal,
    author: User,
    topic: TopicPage | None,
    district: str,
    seen_at: datetime | None,
    now: datetime,
    files: FileCorrections = NO_FILES,
    **texts: Unpack[TextArguments],
) -> Proposal:
    """Corrects a proposal, keeps its previous version, and marks a public one for review.

    `seen_at` is the `edited_at` of the text that the page showed. Without a change, does nothing. A file waits for
    moderation under the same rule as a new proposal (`permissions.is_read_first`). Raises `PermissionDenied` for
    another user's proposal, `ProposalEditClosed`, `ChangedMeanwhile` if another author was faster, and the
    exceptions of `correct_files`.
    """
    # Supports, answers and publications of comments lock this row too, and are serialised with this.
    rows = Proposal.objects.select_related("call").select_for_update(of=("self",))
    proposal = rows.get(pk=proposal.pk)
    if not proposal.is_author(author):
        raise PermissionDenied
    content = clean_texts(texts) | {"topic": topic, "district": district}
    if all(getattr(proposal, name) == value for name, value in content.items()) and not files.change(proposal):
        return proposal
    if not permissions.can_edit_proposal(author, proposal, now):
        raise ProposalEditClosed
    if proposal.edited_at != seen_at:
        raise ChangedMeanwhile
    before = published_content(proposal)
    is_waiting = proposal.is_public and permissions.is_read_first(author, proposal.call, now)
    correct_files(proposal=proposal, corrections=files, is_waiting=is_waiting, now=now)
    for name, value in content.items():
        setattr(proposal, name, value)
    proposal.needs_review = proposal.is_public
    _keep(proposal, before, now=now)
    proposal.save(update_fields=[*content, "edited_at", "needs_review"])
    return proposal


def publish_waiting_files(*, proposal: Proposal, now: datetime) -> None:
    """Publishes the files added by a correction; the caller has locked `proposal` for the moderator who read them."""
    waiting = proposal.attachments.current().filter(is_waiting=True)
    if not waiting:
        return
    before = published_content(proposal)
    waiting.update(is_waiting=False)
    _keep(proposal, before, now=now)
    proposal.save(update_fields=["edited_at"])


def _keep(proposal: Proposal, before: dict[str, Any], *, now: datetime) -> None:
    """Saves `before` as a version if the public content has changed, and dates the change; the caller saves."""
    if before != published_content(proposal):
        proposal.versions.create(**before, replaced_at=now)
        proposal.edited_at = now


@transaction.atomic
def hide_versions(*, proposal: Proposal, moderator: User, shown: Shown) -> None:
    """Hides all earlier texts of `proposal`, which stay listed. Raises `PermissionDenied` and `ChangedMeanwhile`."""
    if not permissions.can_moderate_proposals(moderator):
        raise PermissionDenied
    proposal = Proposal.objects.with_context().select_for_update(of=("self",)).get(pk=proposal.pk)
    require_shown(shown, proposal, proposal.fingerprint)
    if proposal.versions.filter(is_hidden=False).update(is_hidden=True):
        log(proposal, HIDE, user=moderator)
