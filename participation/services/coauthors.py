"""Co-authors of a proposal: inviting, joining, leaving, removing.

Nobody learns from an invitation whether an address has an account: the answer and the mail are the same.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from accounts.models import User
from common.limits import allow
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
# How the log calls what only concerns somebody else: who joins or leaves does it for herself.
REMOVE = "participation.remove_coauthor"

State = Invitation.State


@transaction.atomic
def invite(*, proposal: Proposal, author: User, email: str, now: datetime) -> Invitation:
    """Sends a signed link to `email`, whoever that is. An address that was asked within 30 days is not asked again.

    What the author took back or what is too old is asked anew. Raises `PermissionDenied` for others than the first
    author, `InvitationClosed`, `InvitedThemselves`, `TooManyAuthors` and `TooManyInvitations`.
    """
    proposal = _lock(proposal)
    if not proposal.is_first_author(author):
        raise PermissionDenied
    if not permissions.can_invite(author, proposal):
        raise InvitationClosed
    email = email.strip().lower()
    if email == author.email:
        raise InvitedThemselves
    found = proposal.invitations.filter(email=email).first()
    if found and found.state != State.WITHDRAWN and now < found.expires_at:
        return found
    standing = proposal.invitations.standing(now).filter(state__in=(State.WAITING, State.ACCEPTED))
    if standing.count() >= INVITED_AT_ONCE:
        raise TooManyAuthors
    if not allow("invite", str(author.pk), limit=INVITATIONS_PER_DAY, seconds=DAY, now=now):
        raise TooManyInvitations
    invitation, _created = Invitation.objects.update_or_create(
        proposal=proposal, email=email, defaults={"state": State.WAITING, "created_at": now}
    )
    CoAuthorInvited(invitation).send(now=now)
    return invitation


@transaction.atomic
def take_invitation_back(*, invitation: Invitation, author: User) -> None:
    """Makes the link of an invitation useless. Raises `PermissionDenied` for others than the first author."""
    proposal = _lock(invitation.proposal)
    if not proposal.is_first_author(author):
        raise PermissionDenied
    Invitation.objects.filter(pk=invitation.pk, state=State.WAITING).update(state=State.WITHDRAWN)


@transaction.atomic
def answer_invitation(*, invitation: Invitation, user: User, accepted: bool, now: datetime) -> Proposal:
    """Makes `user` one of the authors, or not. Answered twice the same way, nothing happens the second time.

    Raises `PermissionDenied` for an account of another address, `InvitationOver`.
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
    invitation.state = answer
    invitation.save(update_fields=["state"])
    if accepted:
        CoAuthor.objects.get_or_create(proposal=proposal, user=user, defaults={"since": now})
        discussion = discussion_for_proposal(proposal=proposal)
        follow_automatically(user=user, discussion=discussion, source=Follow.Source.OWN, now=now)
    return proposal


@transaction.atomic
def leave(*, proposal: Proposal, user: User) -> None:
    """Takes `user` out of the co-authors; she is not asked again by the same invitation, and follows no more.

    Left twice, nothing happens the second time.
    """
    _take_out(_lock(proposal), user, State.DECLINED)


@transaction.atomic
def remove_coauthor(*, proposal: Proposal, user: User, author: User, now: datetime) -> None:
    """Takes `user` out of the co-authors, tells her by mail, and logs it without a name. She may be invited again.

    Asked twice, nothing happens the second time. Raises `PermissionDenied` for others than the first author.
    """
    proposal = _lock(proposal)
    if not permissions.can_remove_coauthor(author, proposal):
        raise PermissionDenied
    if _take_out(proposal, user, State.WITHDRAWN):
        CoAuthorRemoved(proposal, user).send(now=now)
        log(proposal, REMOVE, user=author)


def _take_out(proposal: Proposal, user: User, becomes: State) -> bool:
    """Ends what made `user` a co-author: her row, her invitation, and following for this reason."""
    if not CoAuthor.objects.filter(proposal=proposal, user=user).delete()[0]:
        return False
    proposal.invitations.filter(email=user.email).update(state=becomes)
    Follow.objects.filter(user=user, discussion__proposal=proposal, source=Follow.Source.OWN).delete()
    return True


@transaction.atomic
def forget_old_invitations(*, now: datetime) -> int:
    """Erases the addresses that nothing needs any more, in the traces of the mails too; returns how many."""
    over = dict(Invitation.objects.over(now).values_list("pk", "email"))
    erase_addresses(messages=Message.objects.filter(kind=CoAuthorInvited.kind, to_email__in=over.values()), now=now)
    return Invitation.objects.filter(pk__in=over).delete()[0]


def _lock(proposal: Proposal) -> Proposal:
    rows = Proposal.objects.select_related("author").select_for_update(of=("self",))
    return rows.get(pk=proposal.pk)
