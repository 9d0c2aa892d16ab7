"""Co-authors of a proposal: invite, join, leave, remove.

An invitation does not reveal whether an address has an account: response and mail are the same.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from common.limits import allow
from common.shown import Contents, Shown, fingerprint, require_shown
from mailing.models import Message
from mailing.services import erase_addresses
from participation import permissions
from participation.errors import InvitationClosed, InvitationOver, InvitedThemselves, TooManyAuthors, TooManyInvitations
from participation.models import CoAuthor, Follow, Invitation, Proposal
from participation.notifications.proposals import CoAuthorInvited, CoAuthorRemoved
from participation.services.follows import discussion_for_proposal, follow_automatically

INVITATIONS_PER_DAY = 10
INVITED_AT_ONCE = 10
DAY = 86_400
# Logged name for removals; joining and leaving are acts of the co-author.
REMOVE = "participation.remove_coauthor"

State = Invitation.State


def is_invited(*, proposal: Proposal, email: str, now: datetime) -> bool:
    """Returns whether `email` was invited within 30 days, and is not invited again."""
    existing = proposal.invitations.filter(email=email.strip().lower()).first()
    return existing is not None and existing.state != State.WITHDRAWN and now < existing.expires_at


@transaction.atomic
def invite(*, proposal: Proposal, author: User, email: str, now: datetime) -> Invitation:
    """Sends a signed link to `email`.

    An address invited within 30 days (`is_invited`) is not invited again, unless the invitation was withdrawn. Raises
    `PermissionDenied` for others than the first author, `InvitationClosed`, `InvitedThemselves`, `TooManyAuthors`
    and `TooManyInvitations`.
    """
    proposal = _lock(proposal)
    if not proposal.is_first_author(author):
        raise PermissionDenied
    if not permissions.can_invite(author, proposal):
        raise InvitationClosed
    email = email.strip().lower()
    if email == author.email:
        raise InvitedThemselves
    if is_invited(proposal=proposal, email=email, now=now):
        return proposal.invitations.get(email=email)
    open_invitations = proposal.invitations.standing(now).filter(state__in=(State.WAITING, State.ACCEPTED))
    if open_invitations.count() >= INVITED_AT_ONCE:
        raise TooManyAuthors
    if not allow("invite", str(author.pk), limit=INVITATIONS_PER_DAY, seconds=DAY, now=now):
        raise TooManyInvitations
    invitation, _created = Invitation.objects.update_or_create(
        proposal=proposal, email=email, defaults={"state": State.WAITING, "created_at": now}
    )
    CoAuthorInvited(invitation).send(now=now)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, author: User) -> None:
    """Withdraws an invitation, whose link no longer works.

    Raises `PermissionDenied` for others than the first author.
    """
    proposal = _lock(invitation.proposal)
    if not proposal.is_first_author(author):
        raise PermissionDenied
    Invitation.objects.filter(pk=invitation.pk, state=State.WAITING).update(state=State.WITHDRAWN)


def contents_of(proposal: Proposal) -> Contents:
    """Returns what a co-author puts their name under. Load the proposal `with_authors()`."""
    return {
        _("Title"): proposal.title,
        _("The problem"): proposal.problem,
        _("The proposal"): proposal.body,
        _("Pictures and documents"): "\n".join(file.caption for file in proposal.attachments.current()),
        _("Authors"): proposal.byline,
    }


@transaction.atomic
def answer_invitation(*, invitation: Invitation, user: User, accepted: bool, shown: Shown, now: datetime) -> Proposal:
    """Makes `user` a co-author, or declines.

    Idempotent. Raises `PermissionDenied` for an account with another address, `InvitationOver`, and, to accept,
    `ChangedMeanwhile` unless `shown` is the fingerprint of `contents_of`.
    """
    proposal = _lock(invitation.proposal)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    invitation.proposal = proposal
    if not invitation.is_for(user):
        raise PermissionDenied
    answer = State.ACCEPTED if accepted else State.DECLINED
    if invitation.state == answer:
        return proposal
    if not permissions.can_answer_invitation(user, invitation, now):
        raise InvitationOver
    if accepted:
        require_shown(shown, proposal, fingerprint(contents_of(proposal)))
    invitation.state = answer
    invitation.save(update_fields=["state"])
    if accepted:
        CoAuthor.objects.get_or_create(proposal=proposal, user=user, defaults={"since": now})
        discussion = discussion_for_proposal(proposal=proposal)
        follow_automatically(user=user, discussion=discussion, source=Follow.Source.OWN, now=now)
    return proposal


@transaction.atomic
def leave(*, proposal: Proposal, user: User) -> None:
    """Removes `user` from the co-authors; the invitation counts as declined, and the follow ends. Idempotent."""
    _take_out(_lock(proposal), user, State.DECLINED)


@transaction.atomic
def remove_coauthor(*, proposal: Proposal, user: User, author: User, now: datetime) -> None:
    """Removes `user` from the co-authors, informs them by mail, and logs it without a name.

    They may be invited again. Idempotent. Raises `PermissionDenied` for others than the first author.
    """
    proposal = _lock(proposal)
    if not permissions.can_remove_coauthor(author, proposal):
        raise PermissionDenied
    if _take_out(proposal, user, State.WITHDRAWN):
        CoAuthorRemoved(proposal, user).send(now=now)
        log(proposal, REMOVE, user=author)


def _take_out(proposal: Proposal, user: User, becomes: State) -> bool:
    """Deletes the co-authorship of `user`, closes the invitation, and ends the follow with this reason."""
    if not CoAuthor.objects.filter(proposal=proposal, user=user).delete()[0]:
        return False
    proposal.invitations.filter(email=user.email).update(state=becomes)
    Follow.objects.filter(user=user, discussion__proposal=proposal, source=Follow.Source.OWN).delete()
    return True


@transaction.atomic
def forget_old_invitations(*, now: datetime) -> int:
    """Erases expired addresses, also in logged mails; returns how many."""
    over = dict(Invitation.objects.over(now).values_list("pk", "email"))
    erase_addresses(messages=Message.objects.filter(kind=CoAuthorInvited.kind, to_email__in=over.values()), now=now)
    return Invitation.objects.filter(pk__in=over).delete()[0]


def _lock(proposal: Proposal) -> Proposal:
    rows = Proposal.objects.select_related("author").select_for_update(of=("self",))
    return rows.get(pk=proposal.pk)
