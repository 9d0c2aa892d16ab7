"""Permissions, one `can_<verb>` per action, for services, views, templates and the admin.

The actions of a user in a call depend on its phase (`ACTS_OF_PHASE`) and its audience (`is_invited`). For reading,
see `visible_to(user)` on the querysets.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import TypeVar

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, prefetch_related_objects

from accounts.models import AnyUser, Audience, User
from accounts.queries import accounts_of
from committee.permissions import can_edit_sessions, can_edit_topics
from participation.models import (
    Addendum,
    Appeal,
    CallPage,
    CityService,
    Comment,
    Decision,
    DeskEntry,
    Discussion,
    Invitation,
    Proposal,
    ProposalStep,
)
from participation.models.moderation import AppealQuerySet
from participation.models.texts import ModeratedText

# How long the author may correct a public text that nobody has answered.
EDIT_WINDOW = timedelta(minutes=30)

# A decided or merged proposal takes no more supports; its discussion goes on.
SUPPORTABLE_STATES = frozenset(
    {Proposal.State.PUBLISHED, Proposal.State.STUDIED, Proposal.State.ACCEPTED, Proposal.State.PARTLY_ACCEPTED}
)

State, Role = Proposal.State, ProposalStep.Role
# States to which a role may move a proposal; `Proposal.TRANSITIONS` has the states it may come from. Imported proposals
# have their state from the start: nobody moves them in that role.
STATES_OF_ROLE: dict[ProposalStep.Role, frozenset[Proposal.State]] = {
    Role.TEAM: frozenset({State.PUBLISHED, State.REFUSED, State.STUDIED, State.MERGED, State.IN_PROGRESS, State.DONE}),
    Role.SERVICE: frozenset({State.STUDIED, *Proposal.ANSWERED_STATES}),
    Role.AUTHOR: frozenset({State.WITHDRAWN}),
    Role.IMPORT: frozenset(),
}


class Act(StrEnum):
    """Action of users in a call."""

    PROPOSE = auto()
    COMMENT = auto()
    SUPPORT = auto()


Phase = CallPage.Phase
ACTS_OF_PHASE: dict[CallPage.Phase, frozenset[Act]] = {
    Phase.COMING: frozenset(),
    Phase.PROPOSALS: frozenset({Act.PROPOSE, Act.COMMENT, Act.SUPPORT}),
    Phase.DISCUSSION: frozenset({Act.COMMENT, Act.SUPPORT}),
    Phase.SUPPORT: frozenset({Act.COMMENT, Act.SUPPORT}),
    Phase.CLOSED: frozenset(),
}

# Number of a user's contributions read before publication, in a call that reads the first ones only.
FIRST_CONTRIBUTIONS = 3
# How long the texts of a user with a refusal are read again.
REFUSAL_COUNTS_FOR = timedelta(days=365)


def acts_in(call: CallPage, phase: CallPage.Phase) -> frozenset[Act]:
    """Returns the actions allowed in a phase of `call`.

    No supports are taken before a support phase, so that proposals of the first and the last day are equal.
    """
    acts = ACTS_OF_PHASE[phase]
    return acts - {Act.SUPPORT} if call.support_from and phase != Phase.SUPPORT else acts


def is_open_to(act: Act, call: CallPage | None, now: datetime) -> bool:
    """Returns whether the phase of `call` allows `act`. Without a call, it is always allowed."""
    return call is None or act in acts_in(call, call.phase_at(now))


def opens_at(act: Act, call: CallPage | None, now: datetime) -> datetime | None:
    """Returns the beginning of the next phase of `call` that allows `act`, or None."""
    if call is None:
        return None
    coming = call.beginnings.items()
    return next((moment for phase, moment in coming if moment > now and act in acts_in(call, phase)), None)


def is_invited(user: AnyUser, call: CallPage | None, now: datetime) -> bool:
    """Returns whether `user` is signed in and in the audience of `call`. One query if the audience is limited."""
    if not user.is_authenticated or call is None or call.audience == Audience.ACCOUNTS:
        return user.is_authenticated
    return accounts_of(call.audience, now).filter(pk=user.pk).exists()


def is_open_to_proposals(call: CallPage | None, now: datetime) -> bool:
    """Returns whether the call, as stored now, is published and takes proposals; without a call, always True."""
    return call is None or CallPage.objects.accepting_proposals(now).filter(pk=call.pk).exists()


def can_propose(user: AnyUser, call: CallPage | None, now: datetime) -> bool:
    return is_invited(user, call, now) and is_open_to_proposals(call, now)


def is_read_first(user: User, call: CallPage | None, now: datetime) -> bool:
    """Returns whether a moderator reads texts of `user` in `call` before publication.

    Not in a call that reads the first contributions only, for a user with enough published ones and no recent
    refusal, except those overturned by an appeal.
    """
    if call is None or call.reading == CallPage.Reading.EVERYTHING:
        return True
    published = {"author": user, "published_at__isnull": False}
    if Proposal.objects.filter(**published).count() + Comment.objects.filter(**published).count() < FIRST_CONTRIBUTIONS:
        return True
    return Decision.objects.refusals().of_author(user).standing(since=now - REFUSAL_COUNTS_FOR).exists()


def is_open_to_comments(discussion: Discussion, now: datetime) -> bool:
    """Returns whether the discussion is open, its subject is public, and the phase of its call allows comments.

    Load the discussion with `with_subject()`: no query here.
    """
    return discussion.is_open and discussion.subject_is_public and is_open_to(Act.COMMENT, discussion.call, now)


def can_comment(user: AnyUser, discussion: Discussion, now: datetime) -> bool:
    return is_open_to_comments(discussion, now) and is_invited(user, discussion.call, now)


def can_reply(user: AnyUser, comment: Comment, now: datetime) -> bool:
    """Returns whether `user` may comment, and `comment` is published."""
    return comment.is_published and can_comment(user, comment.discussion, now)


def can_edit_comment(user: AnyUser, comment: Comment, now: datetime) -> bool:
    """Returns whether `user` is the author: before publication; then for half an hour until a reply, if open."""
    return comment.pk in editable_comments(user, [comment], now)


def editable_comments(user: AnyUser, comments: Iterable[Comment], now: datetime) -> set[int]:
    """Returns the primary keys of the `comments` for which `can_edit_comment` is True.

    One query; none unless `user` published one of them within the half hour.
    """
    own = [comment for comment in comments if comment.is_author(user)]
    recent = {
        comment.pk
        for comment in own
        if comment.is_published
        and comment.published_at is not None
        and now < comment.published_at + EDIT_WINDOW
        and is_open_to_comments(comment.discussion, now)
    }
    if recent:
        # A reply that waits for moderation counts too, though the author does not see it.
        recent -= set(Comment.objects.filter(parent__in=recent).values_list("parent", flat=True))
    return recent | {comment.pk for comment in own if comment.state == Comment.State.RECEIVED}


def can_withdraw_comment(user: AnyUser, comment: Comment) -> bool:
    """Returns whether `user` is the author, at any time, unless moderation removed the comment."""
    return comment.is_author(user) and comment.can_become(Comment.State.WITHDRAWN)


def can_follow(user: AnyUser, discussion: Discussion) -> bool:
    """Returns whether `user` is signed in and the subject is public."""
    return user.is_authenticated and discussion.subject_is_public


def can_report(user: AnyUser, text: ModeratedText) -> bool:
    """Returns whether `user` is signed in and `text` is another user's published text."""
    return user.is_authenticated and text.is_published and not text.is_author(user)


def is_open_to_supports(proposal: Proposal, now: datetime) -> bool:
    return proposal.state in SUPPORTABLE_STATES and is_open_to(Act.SUPPORT, proposal.call, now)


def can_support(user: AnyUser, proposal: Proposal, now: datetime) -> bool:
    """Returns whether `user` may support `proposal`, or withdraw a support: closed counts do not change."""
    return is_open_to_supports(proposal, now) and is_invited(user, proposal.call, now)


def can_enter_for_others(user: AnyUser) -> bool:
    """Returns whether `user` is an agent, who enters texts brought to a desk, said by phone or written on paper."""
    return user.has_perm("participation.enter_for_others")


def can_enter_proposal(user: AnyUser, call: CallPage, received_at: datetime) -> bool:
    """Returns whether `user` is an agent, and `call` took proposals at `received_at`, even if closed now.

    The audience is not checked: residence is declared, to an agent as in an account; members have an account.
    """
    return can_enter_for_others(user) and enterable_calls(received_at).filter(pk=call.pk).exists()


def enterable_calls(*received_at: datetime) -> QuerySet[CallPage]:
    """Returns the calls for which `can_enter_proposal` is True for an agent, at one of these times."""
    rule = Q(pk__in=())
    for moment in received_at:
        rule |= Q(pk__in=CallPage.objects.accepting_proposals(moment).order_by().values("pk"))
    return CallPage.objects.filter(rule).exclude(audience=Audience.MEMBERS)


def can_enter_comment(user: AnyUser, discussion: Discussion, now: datetime) -> bool:
    """Returns whether `user` is an agent, and a user could comment; never among members."""
    call = discussion.call
    is_for_members = call is not None and call.audience == Audience.MEMBERS
    return can_enter_for_others(user) and not is_for_members and is_open_to_comments(discussion, now)


def can_moderate(user: AnyUser, text: ModeratedText | type[ModeratedText]) -> bool:
    """Returns whether `user` may moderate such texts; moderators of proposals also moderate addenda."""
    return user.has_perm(text.MODERATE)


def can_moderate_proposals(user: AnyUser) -> bool:
    return can_moderate(user, Proposal)


def can_moderate_comments(user: AnyUser) -> bool:
    return can_moderate(user, Comment)


def can_moderate_any(user: AnyUser) -> bool:
    """Returns whether `user` may moderate any kind of texts, and so read reports and appeals about it."""
    return bool(moderated_kinds(user))


def moderated_kinds(user: AnyUser) -> list[str]:
    """Returns the kinds of texts (model names) that `user` may moderate."""
    return [str(model._meta.model_name) for model in (Proposal, Comment, Addendum) if can_moderate(user, model)]


def can_answer_proposals(user: AnyUser) -> bool:
    """Returns whether `user` may write and publish official answers: agents of city services."""
    return user.has_perm("participation.answer_proposal")


def accounts_that_answer() -> QuerySet[User]:
    """Returns the active accounts with the permission to answer, direct or by group, for the list of agents."""
    right = Permission.objects.filter(codename="answer_proposal", content_type__app_label="participation")
    held = Q(user_permissions__in=right) | Q(groups__permissions__in=right)
    return User.objects.filter(held, is_active=True).distinct()


def own_services(user: AnyUser) -> set[int]:
    """Returns the primary keys of `user`'s services; none for the team, which signs as any. At most one query."""
    if not user.is_authenticated or can_moderate_proposals(user):
        return set()
    prefetch_related_objects([user], "city_services")
    return {service.pk for service in user.city_services.all()}


def can_sign_as(user: AnyUser, service: CityService | None) -> bool:
    """Returns whether `user` may sign as `service`: own services only; any, for the team and agents without one."""
    return can_answer_proposals(user) and (not (own := own_services(user)) or (service and service.pk) in own)


def services_to_sign_as(user: AnyUser) -> QuerySet[CityService]:
    """Returns the services for which `can_sign_as` is True."""
    return CityService.objects.filter(pk__in=own) if (own := own_services(user)) else CityService.objects.all()


def can_follow_answers(user: AnyUser) -> bool:
    """Returns whether `user` may see the proposals that wait for an answer: agents who answer, and the team."""
    return can_answer_proposals(user) or can_moderate_proposals(user)


def can_see_follow_up_gaps(user: AnyUser) -> bool:
    """Returns whether `user` may see gaps in the follow-up: users who follow answers, or edit sessions or topics."""
    return can_follow_answers(user) or can_edit_sessions(user) or can_edit_topics(user)


def can_act_as(user: AnyUser, role: ProposalStep.Role, proposal: Proposal) -> bool:
    """Returns whether `user` has `role` for `proposal`."""
    match role:
        case Role.TEAM:
            return can_moderate_proposals(user)
        case Role.SERVICE:
            return can_answer_proposals(user)
        case Role.AUTHOR:
            return proposal.is_first_author(user)
        case _:
            return False


def can_change_state(user: AnyUser, proposal: Proposal, state: Proposal.State, role: ProposalStep.Role) -> bool:
    """Returns whether `user` has `role`, and `role` may set `state`. Does not check the transition table."""
    return state in STATES_OF_ROLE[role] and can_act_as(user, role, proposal)


def can_withdraw(user: AnyUser, proposal: Proposal) -> bool:
    """Returns whether `user` is the first author, and `proposal` is not yet answered or merged."""
    return proposal.can_become(State.WITHDRAWN) and can_act_as(user, Role.AUTHOR, proposal)


def can_appeal(user: AnyUser, decision: Decision) -> bool:
    """Returns whether `user` is an author, and `decision` is the current refusal, without an appeal."""
    text = decision.text
    return text.is_author(user) and decision == text.standing_refusal and not hasattr(decision, "appeal")


def can_appeal_for(user: AnyUser, entry: DeskEntry) -> bool:
    """Returns whether `user` is an agent, and the text, without account, has a current refusal without an appeal."""
    decision = entry.standing_refusal
    return can_enter_for_others(user) and decision is not None and not hasattr(decision, "appeal")


def can_decide_appeal(user: AnyUser, appeal: Appeal) -> bool:
    """Returns whether `user` is a moderator who did not make the first decision, and `appeal` is open."""
    decision = appeal.decision
    return appeal.is_waiting and can_moderate(user, decision.text) and decision.moderator_id != user.pk


def appeals_to_decide(user: AnyUser) -> AppealQuerySet:
    """Returns the appeals for which `can_decide_appeal` is True, for a list or a count."""
    return Appeal.objects.waiting().about(moderated_kinds(user)).exclude(decision__moderator=user.pk)


def can_edit_proposal(user: AnyUser, proposal: Proposal, now: datetime) -> bool:
    """Returns whether `user` is an author, until others have supported, commented or answered; then use addenda.

    Always before publication. Reactions to a text stay valid for that text. No change after the end of the call.
    """
    if not proposal.is_author(user):
        return False
    if proposal.state == State.RECEIVED:
        return True
    call = proposal.call
    return (
        proposal.state in Proposal.WAITING_STATES
        and proposal.answered_at is None
        and not proposal.imported_support_count
        and (call is None or call.phase_at(now) != CallPage.Phase.CLOSED)
        and not proposal.supports.exclude(user__in=proposal.author_ids).exists()
        and not Comment.objects.published()
        .filter(discussion__proposal=proposal)
        .exclude(author__in=proposal.author_ids)
        .exists()
    )


def can_add_addendum(user: AnyUser, proposal: Proposal) -> bool:
    """Returns whether `user` is an author of a public, unmerged proposal with fewer than three unrefused addenda."""
    return (
        proposal.is_author(user)
        and proposal.is_public
        and proposal.state != State.MERGED
        and proposal.addenda.standing().count() < Addendum.MAXIMUM
    )


def can_invite(user: AnyUser, proposal: Proposal) -> bool:
    """Returns whether `user` is the first author, and `proposal` is still open."""
    is_ongoing = proposal.is_public or proposal.state == State.RECEIVED
    return proposal.is_first_author(user) and is_ongoing and proposal.state != State.MERGED


def can_remove_coauthor(user: AnyUser, proposal: Proposal) -> bool:
    """Returns whether `user` is the first author, in any state; co-authors may leave in any state too."""
    return proposal.is_first_author(user)


def can_answer_invitation(user: AnyUser, invitation: Invitation, now: datetime) -> bool:
    """Returns whether `user` holds the invited address, the invitation is open and its author could still send it."""
    proposal = invitation.proposal
    return (
        invitation.is_for(user)
        and invitation.is_waiting(now)
        and proposal.author is not None
        and can_invite(proposal.author, proposal)
    )


Text = TypeVar("Text", bound=ModeratedText)


def require_author(text: Text, user: User) -> Text:
    """Returns `text` if `user` sent it. Raises `PermissionDenied`: a primary key seen in a form gives no access."""
    if text.author_id != user.pk:
        raise PermissionDenied
    return text
