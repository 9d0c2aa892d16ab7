"""Erasure of personal data of participation with an account, and its announcement to the user."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import ngettext_lazy
from wagtail.models import ModelLogEntry

from accounts.models import User
from accounts.queries import emails_of
from common.personal_data import ErasureLine, Fate
from participation.models import (
    Addendum,
    Appeal,
    CityService,
    Comment,
    CommentVersion,
    Decision,
    Follow,
    Invitation,
    Proposal,
    ProposalDraft,
    ProposalStep,
    ProposalVersion,
    Support,
)
from participation.services.comments import withdraw_comments
from participation.services.states import change_state
from participation.services.supports import forget_supports

AUTHOR = ProposalStep.Role.AUTHOR
# States that an author may leave by withdrawing the text.
LEAVE = {
    model: [state for state, following in model.TRANSITIONS.items() if model.State.WITHDRAWN in following]
    for model in (Proposal, Comment)
}
PROPOSALS = ngettext_lazy("%(count)d proposal", "%(count)d proposals", "count")
COMMENTS = ngettext_lazy("%(count)d comment", "%(count)d comments", "count")
OTHER_PROPOSALS = ngettext_lazy(
    "%(count)d proposal that was answered, merged, refused or made with others",
    "%(count)d proposals that were answered, merged, refused or made with others",
    "count",
)
REFUSED_COMMENTS = ngettext_lazy(
    "%(count)d comment that moderation refused, which nobody reads",
    "%(count)d comments that moderation refused, which nobody reads",
    "count",
)
DRAFTS = ngettext_lazy("%(count)d draft, with its files", "%(count)d drafts, with their files", "count")
SUPPORTS = ngettext_lazy("%(count)d support", "%(count)d supports", "count")
FOLLOWS = ngettext_lazy("%(count)d discussion that you follow", "%(count)d discussions that you follow", "count")
SERVICES = ngettext_lazy(
    "%(count)d service of the city that you answer for", "%(count)d services of the city that you answer for", "count"
)


def forget_with_account(user: User) -> None:
    """Erases the name, supports, invitations, appeals and withdrawn texts; the database cascade erases the rest.

    Kept without the user: texts that others read, supported and answered, texts that wait for a moderator or were
    refused, and decisions about them. An address left at a desk is kept: it was given without the account, and has
    its own ways of erasure (docs/desk.md).
    """
    if user.removes_texts:
        _withdraw_texts(user, timezone.now())
    Proposal.objects.filter(author=user).exclude(author_name="").update(author_name="")
    Comment.objects.filter(author=user).exclude(author_name="").update(author_name="")
    Invitation.objects.filter(email__in=emails_of(user)).delete()
    # Messages to moderators are no longer of use; the register counts the request.
    Appeal.objects.filter(decision__in=Decision.objects.of_author(user).order_by().values("pk")).update(body="")
    forget_supports(user=user)
    _forget_withdrawn(user)


def what_goes_and_stays(user: User) -> Iterator[ErasureLine]:
    """Yields the texts, grouped by whether they may be withdrawn, and the data erased in any case."""
    proposals, comments = Proposal.objects.of(user), Comment.objects.filter(author=user)
    yield from _counted(Fate.CHOICE, withdrawable_proposals(user), PROPOSALS)
    yield from _counted(Fate.CHOICE, withdrawable_comments(user), COMMENTS)
    others = proposals.exclude(pk__in=withdrawable_proposals(user).values("pk"))
    others = others.exclude(state=Proposal.State.WITHDRAWN, co_authorships=None)
    yield from _counted(Fate.STAYS, others.distinct(), OTHER_PROPOSALS)
    yield from _counted(Fate.STAYS, comments.filter(state=Comment.State.REFUSED), REFUSED_COMMENTS)
    yield from _counted(Fate.GOES, ProposalDraft.objects.filter(author=user), DRAFTS)
    yield from _counted(Fate.GOES, Support.objects.filter(user=user), SUPPORTS)
    yield from _counted(Fate.GOES, Follow.objects.filter(user=user), FOLLOWS)
    yield from _counted(Fate.GOES, CityService.objects.filter(members=user), SERVICES)


def _counted(fate: Fate, rows: QuerySet[Any], words: Any) -> Iterator[ErasureLine]:
    if count := rows.count():
        yield ErasureLine(fate, words % {"count": count})


def follow_email(user: User, former: str) -> None:
    """Moves the invitations of the `former` address of `user` to the new one, unless it was invited too."""
    invited = Invitation.objects.filter(email=user.email).values_list("proposal", flat=True)
    Invitation.objects.filter(email=former).exclude(proposal__in=list(invited)).update(email=user.email)


def withdrawable_proposals(user: User) -> QuerySet[Proposal]:
    """Returns the proposals that `user` made alone and may withdraw: not answered and not merged."""
    return Proposal.objects.filter(author=user, co_authorships=None, state__in=LEAVE[Proposal])


def withdrawable_comments(user: User) -> QuerySet[Comment]:
    """Returns the comments that `user` may withdraw: all except those removed by moderation."""
    return Comment.objects.filter(author=user, state__in=LEAVE[Comment])


def _withdraw_texts(user: User, now: datetime) -> None:
    """Withdraws the texts, as chosen by the author with the erasure of the account."""
    withdraw_comments(comments=withdrawable_comments(user), now=now)
    for proposal in withdrawable_proposals(user):
        change_state(proposal=proposal, state=Proposal.State.WITHDRAWN, role=AUTHOR, actor=user, now=now)


def _forget_withdrawn(user: User) -> None:
    """Clears withdrawn texts, which only this user could read.

    The rows are kept: replies depend on the place of a comment, and the register counts decisions. Texts with
    co-authors belong to them too, and are kept.
    """
    comments = Comment.objects.filter(author=user, state=Comment.State.WITHDRAWN)
    CommentVersion.objects.filter(comment__in=comments.values("pk")).delete()
    comments.update(body="")
    proposals = Proposal.objects.filter(author=user, state=Proposal.State.WITHDRAWN, co_authorships=None)
    numbers = list(proposals.values_list("pk", flat=True))
    ProposalVersion.objects.filter(proposal__in=numbers).delete()
    Addendum.objects.filter(proposal__in=numbers).update(body="")
    ProposalStep.objects.filter(proposal__in=numbers, role=AUTHOR).update(reason="")
    title = str(Proposal.State.WITHDRAWN.label)
    Proposal.objects.filter(pk__in=numbers).update(title=title, problem="", body="", state_reason="", inspired_by=None)
    # Wagtail logs the title at each change, and the reason of the author.
    logged = ModelLogEntry.objects.filter(content_type__app_label="participation", content_type__model="proposal")
    for entry in logged.filter(object_id__in=list(map(str, numbers))):
        entry.label = title
        if entry.data.get("role") == AUTHOR:
            entry.data = {**entry.data, "reason": ""}
        entry.save(update_fields=["label", "data"])
