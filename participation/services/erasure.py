"""Erasure of texts, appeals, supports and invitations with an account."""

from datetime import datetime

from django.db.models import QuerySet
from wagtail.models import ModelLogEntry

from accounts.models import User
from accounts.queries import emails_of
from common.shown import BY_PROGRAM
from participation.models import (
    Addendum,
    Appeal,
    Comment,
    CommentVersion,
    Decision,
    Invitation,
    Proposal,
    ProposalStep,
    ProposalVersion,
)
from participation.models.proposal_text import TEXT_FIELDS
from participation.services.comments import withdraw_comments
from participation.services.states import change_state
from participation.services.supports import forget_supports

AUTHOR = ProposalStep.Role.AUTHOR
# States that an author may leave by withdrawing the text.
LEAVE = {
    model: [state for state, following in model.TRANSITIONS.items() if model.State.WITHDRAWN in following]
    for model in (Proposal, Comment)
}


def erase_texts(user: User, now: datetime) -> None:
    """Erases the name of `user` from texts, and withdrawn texts: comments before proposals.

    Kept without the user: texts that others read, supported and answered, and texts that wait for a moderator or were
    refused.
    """
    if user.removes_texts:
        _withdraw_texts(user, now)
    Proposal.objects.filter(author=user).exclude(author_name="").update(author_name="")
    Comment.objects.filter(author=user).exclude(author_name="").update(author_name="")
    _forget_withdrawn(user)


def erase_appeals(user: User, now: datetime) -> None:
    """Erases the messages of `user` to moderators: they are no longer of use, and the register counts the appeals."""
    appeals_of(user).update(body="")


def erase_supports(user: User, now: datetime) -> None:
    forget_supports(user=user)


def erase_invitations(user: User, now: datetime) -> None:
    Invitation.objects.filter(email__in=emails_of(user)).delete()


def follow_email(user: User, former: str) -> None:
    """Moves the invitations of the `former` address of `user` to the new one, unless it was invited too."""
    invited = Invitation.objects.filter(email=user.email).values_list("proposal", flat=True)
    Invitation.objects.filter(email=former).exclude(proposal__in=list(invited)).update(email=user.email)


def appeals_of(user: User) -> QuerySet[Appeal]:
    """Returns the appeals of `user` against decisions about their texts."""
    return Appeal.objects.filter(decision__in=Decision.objects.of_author(user).order_by().values("pk"))


def withdrawable_proposals(user: User) -> QuerySet[Proposal]:
    """Returns the proposals that `user` made alone and may withdraw: not answered and not merged."""
    return Proposal.objects.filter(author=user, co_authorships=None, state__in=LEAVE[Proposal])


def lasting_proposals(user: User) -> QuerySet[Proposal]:
    """Returns the proposals of `user` that stay in any case: answered, merged, refused or made with others."""
    proposals = Proposal.objects.of(user).exclude(pk__in=withdrawable_proposals(user).values("pk"))
    return proposals.exclude(state=Proposal.State.WITHDRAWN, co_authorships=None).distinct()


def withdrawable_comments(user: User) -> QuerySet[Comment]:
    """Returns the comments that `user` may withdraw: all except those removed by moderation."""
    return Comment.objects.filter(author=user, state__in=LEAVE[Comment])


def _withdraw_texts(user: User, now: datetime) -> None:
    """Withdraws the texts, as chosen by the author with the erasure of the account."""
    withdraw_comments(comments=withdrawable_comments(user), now=now)
    for proposal in withdrawable_proposals(user):
        change_state(
            proposal=proposal, state=Proposal.State.WITHDRAWN, role=AUTHOR, actor=user, shown=BY_PROGRAM, now=now
        )


def _forget_withdrawn(user: User) -> None:
    """Clears withdrawn texts, which only this user could read.

    The rows are kept: replies depend on the place of a comment, and the register counts decisions. Texts with
    co-authors belong to them too, and are kept.
    """
    comments = Comment.objects.filter(author=user, state=Comment.State.WITHDRAWN)
    CommentVersion.objects.filter(comment__in=comments.values("pk")).delete()
    comments.update(body="")
    proposals = Proposal.objects.filter(author=user, state=Proposal.State.WITHDRAWN, co_authorships=None)
    pks = list(proposals.values_list("pk", flat=True))
    ProposalVersion.objects.filter(proposal__in=pks).delete()
    Addendum.objects.filter(proposal__in=pks).update(body="")
    ProposalStep.objects.filter(proposal__in=pks, role=AUTHOR).update(reason="")
    title = str(Proposal.State.WITHDRAWN.label)
    texts = dict.fromkeys(TEXT_FIELDS, "") | {"title": title}
    Proposal.objects.filter(pk__in=pks).update(**texts, state_reason="", inspired_by=None)
    # Wagtail logs the title at each change, and the reason of the author.
    logged = ModelLogEntry.objects.filter(content_type__app_label="participation", content_type__model="proposal")
    for entry in logged.filter(object_id__in=list(map(str, pks))):
        entry.label = title
        if entry.data.get("role") == AUTHOR:
            entry.data = {**entry.data, "reason": ""}
        entry.save(update_fields=["label", "data"])
