"""Permissions, one `can_<verb>` per action: services, views, templates and the admin ask here and nowhere else.

What a person may do in a call is a function of its phase (`ACTS_OF_PHASE`) and of who she is: signed in, and among
those whom the call is for (`is_invited`). Reading is not here: it is `visible_to(user)`, on the querysets.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, prefetch_related_objects

from accounts.models import Audience, User
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

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

Person: TypeAlias = "User | AnonymousUser"

# How long the author may correct what everybody reads, if nobody has answered it.
EDIT_WINDOW = timedelta(minutes=30)

# A decided or merged proposal no longer gathers supports; its discussion goes on.
SUPPORTABLE_STATES = frozenset(
    {Proposal.State.PUBLISHED, Proposal.State.STUDIED, Proposal.State.ACCEPTED, Proposal.State.PARTLY_ACCEPTED}
)

State, Role = Proposal.State, ProposalStep.Role
# To which states a role may lead a proposal; `Proposal.TRANSITIONS` says from which ones. What an import brings has its
# state from the start: nobody moves anything in that role.
STATES_OF_ROLE: dict[ProposalStep.Role, frozenset[Proposal.State]] = {
    Role.TEAM: frozenset({State.PUBLISHED, State.REFUSED, State.STUDIED, State.MERGED, State.IN_PROGRESS, State.DONE}),
    Role.SERVICE: frozenset({State.STUDIED, *Proposal.ANSWERED_STATES}),
    Role.AUTHOR: frozenset({State.WITHDRAWN}),
    Role.IMPORT: frozenset(),
}


class Act(StrEnum):
    """An action of people in a call."""

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

# So many contributions of a person are read before they are published, in a call that reads the first ones only.
FIRST_CONTRIBUTIONS = 3
# Whoever was refused something is read again, for so long.
REFUSAL_COUNTS_FOR = timedelta(days=365)


def acts_in(call: CallPage, phase: CallPage.Phase) -> frozenset[Act]:
    """Returns the actions that a phase of `call` allows.

    A call that has a phase for supports takes none before: a proposal made on the last day gathers as many as one made
    on the first day.
    """
    acts = ACTS_OF_PHASE[phase]
    return acts - {Act.SUPPORT} if call.support_from and phase != Phase.SUPPORT else acts


def is_open_to(act: Act, call: CallPage | None, now: datetime) -> bool:
    """The phase of `call` allows `act`. Outside any call, people propose, comment and support without end."""
    return call is None or act in acts_in(call, call.phase_at(now))


def opens_at(act: Act, call: CallPage | None, now: datetime) -> datetime | None:
    """When the next phase of `call` that allows `act` begins; None if none is to come."""
    if call is None:
        return None
    coming = call.beginnings.items()
    return next((moment for phase, moment in coming if moment > now and act in acts_in(call, phase)), None)


def is_invited(person: "Person", call: CallPage | None, now: datetime) -> bool:
    """Signed in, and among those whom `call` is for. One query, where it is not for everyone."""
    if not person.is_authenticated or call is None or call.audience == Audience.ACCOUNTS:
        return person.is_authenticated
    return accounts_of(call.audience, now).filter(pk=person.pk).exists()


def is_open_to_proposals(call: CallPage | None, now: datetime) -> bool:
    """The call is published as it is now in the database, and takes proposals; without a call there is no end."""
    return call is None or CallPage.objects.accepting_proposals(now).filter(pk=call.pk).exists()


def can_propose(person: "Person", call: CallPage | None, now: datetime) -> bool:
    return is_invited(person, call, now) and is_open_to_proposals(call, now)


def is_read_first(person: "User", call: CallPage | None, now: datetime) -> bool:
    """A moderator reads what `person` writes in `call` before it is published.

    Not where the call reads the first contributions only, of a person who has enough published ones and no refusal of
    late, unless an appeal undid it.
    """
    if call is None or call.reading == CallPage.Reading.EVERYTHING:
        return True
    published = {"author": person, "published_at__isnull": False}
    if Proposal.objects.filter(**published).count() + Comment.objects.filter(**published).count() < FIRST_CONTRIBUTIONS:
        return True
    return Decision.objects.refusals().of_author(person).standing(since=now - REFUSAL_COUNTS_FOR).exists()


def is_open_to_comments(discussion: Discussion, now: datetime) -> bool:
    """The discussion is open, what it hangs on is public, and the phase of its call allows comments.

    Read the discussion with `with_subject()`: nothing is queried here.
    """
    return discussion.is_open and discussion.subject_is_public and is_open_to(Act.COMMENT, discussion.call, now)


def can_comment(person: "Person", discussion: Discussion, now: datetime) -> bool:
    return is_open_to_comments(discussion, now) and is_invited(person, discussion.call, now)


def can_reply(person: "Person", comment: Comment, now: datetime) -> bool:
    """As for a comment; moreover, only what everybody can read can be answered."""
    return comment.is_published and can_comment(person, comment.discussion, now)


def can_edit_comment(person: "Person", comment: Comment, now: datetime) -> bool:
    """The author: before publication always; then until the first answer, for half an hour, in an open discussion."""
    return comment.pk in editable_comments(person, [comment], now)


def editable_comments(person: "Person", comments: Iterable[Comment], now: datetime) -> set[int]:
    """Returns the numbers of those of `comments` of which `can_edit_comment` says yes.

    One query, and none unless `person` published one of them within the half hour.
    """
    own = [comment for comment in comments if comment.is_author(person)]
    recent = {
        comment.pk
        for comment in own
        if comment.is_published
        and comment.published_at is not None
        and now < comment.published_at + EDIT_WINDOW
        and is_open_to_comments(comment.discussion, now)
    }
    if recent:
        # An answer that waits to be read counts too, though the author does not see it.
        recent -= set(Comment.objects.filter(parent__in=recent).values_list("parent", flat=True))
    return recent | {comment.pk for comment in own if comment.state == Comment.State.RECEIVED}


def can_withdraw_comment(person: "Person", comment: Comment) -> bool:
    """The author, at any time: a text belongs to who wrote it. What moderation removed is removed already."""
    return comment.is_author(person) and comment.can_become(Comment.State.WITHDRAWN)


def can_follow(person: "Person", discussion: Discussion) -> bool:
    """Signed in, about what anyone may read."""
    return person.is_authenticated and discussion.subject_is_public


def can_report(person: "Person", text: ModeratedText) -> bool:
    """Signed in, about somebody else's published text."""
    return person.is_authenticated and text.is_published and not text.is_author(person)


def is_open_to_supports(proposal: Proposal, now: datetime) -> bool:
    return proposal.state in SUPPORTABLE_STATES and is_open_to(Act.SUPPORT, proposal.call, now)


def can_support(person: "Person", proposal: Proposal, now: datetime) -> bool:
    """Also says whether a support may be withdrawn: what is over stays as it was counted."""
    return is_open_to_supports(proposal, now) and is_invited(person, proposal.call, now)


def can_enter_for_others(person: "Person") -> bool:
    """An agent, who enters what people came to say at a desk, said by phone or wrote on paper."""
    return person.has_perm("participation.enter_for_others")


def can_enter_proposal(person: "Person", call: CallPage, received_at: datetime) -> bool:
    """An agent, in a call that took proposals when this one was received: paper that came in time is entered after.

    Where people live is what they say, to an agent as on their account; members have an account.
    """
    return can_enter_for_others(person) and enterable_calls(received_at).filter(pk=call.pk).exists()


def enterable_calls(*received_at: datetime) -> QuerySet[CallPage]:
    """Returns the calls for which `can_enter_proposal` says yes to an agent, at one of these moments."""
    rule = Q(pk__in=())
    for moment in received_at:
        rule |= Q(pk__in=CallPage.objects.accepting_proposals(moment).order_by().values("pk"))
    return CallPage.objects.filter(rule).exclude(audience=Audience.MEMBERS)


def can_enter_comment(person: "Person", discussion: Discussion, now: datetime) -> bool:
    """An agent, where a person with an account could write, but not among members."""
    call = discussion.call
    is_for_members = call is not None and call.audience == Audience.MEMBERS
    return can_enter_for_others(person) and not is_for_members and is_open_to_comments(discussion, now)


def can_moderate(person: "Person", text: ModeratedText | type[ModeratedText]) -> bool:
    """A moderator of such texts: whoever moderates proposals moderates their addenda."""
    return person.has_perm(text.MODERATE)


def can_moderate_proposals(person: "Person") -> bool:
    return can_moderate(person, Proposal)


def can_moderate_comments(person: "Person") -> bool:
    return can_moderate(person, Comment)


def can_moderate_any(person: "Person") -> bool:
    """A moderator of at least one kind of texts, who reads the reports and the appeals about these."""
    return bool(moderated_kinds(person))


def moderated_kinds(person: "Person") -> list[str]:
    """Returns the kinds of texts (names of models) that `can_moderate` lets `person` decide about."""
    return [str(model._meta.model_name) for model in (Proposal, Comment, Addendum) if can_moderate(person, model)]


def can_answer_proposals(person: "Person") -> bool:
    """Writes and publishes official answers: the services of the city."""
    return person.has_perm("participation.answer_proposal")


def accounts_that_answer() -> QuerySet[User]:
    """Returns the active accounts that have the right to answer by themselves or by a group, for the list of agents."""
    right = Permission.objects.filter(codename="answer_proposal", content_type__app_label="participation")
    held = Q(user_permissions__in=right) | Q(groups__permissions__in=right)
    return User.objects.filter(held, is_active=True).distinct()


def own_services(person: "Person") -> set[int]:
    """Returns the keys of the services of `person`; none for the team, which answers as any. One query at most."""
    if not person.is_authenticated or can_moderate_proposals(person):
        return set()
    prefetch_related_objects([person], "city_services")
    return {service.pk for service in person.city_services.all()}


def can_sign_as(person: "Person", service: CityService | None) -> bool:
    """An agent of services signs as one of these; of none, and the team, as any."""
    return can_answer_proposals(person) and (not (own := own_services(person)) or (service and service.pk) in own)


def services_to_sign_as(person: "Person") -> QuerySet[CityService]:
    """Returns the services of which `can_sign_as` says yes."""
    return CityService.objects.filter(pk__in=own) if (own := own_services(person)) else CityService.objects.all()


def can_follow_answers(person: "Person") -> bool:
    """Sees which proposals wait for an answer: those who answer, and those who remind them."""
    return can_answer_proposals(person) or can_moderate_proposals(person)


def can_see_follow_up_gaps(person: "Person") -> bool:
    """Sees gaps in the follow-up of proposals: who follows answers, and who writes what is missing."""
    return can_follow_answers(person) or can_edit_sessions(person) or can_edit_topics(person)


def can_act_as(person: "Person", role: ProposalStep.Role, proposal: Proposal) -> bool:
    """The person holds `role` for `proposal`."""
    match role:
        case Role.TEAM:
            return can_moderate_proposals(person)
        case Role.SERVICE:
            return can_answer_proposals(person)
        case Role.AUTHOR:
            return proposal.is_first_author(person)
        case _:
            return False


def can_change_state(person: "Person", proposal: Proposal, state: Proposal.State, role: ProposalStep.Role) -> bool:
    """The person holds `role`, which may lead to `state`. Whether `state` may come next is the transition table's."""
    return state in STATES_OF_ROLE[role] and can_act_as(person, role, proposal)


def can_withdraw(person: "Person", proposal: Proposal) -> bool:
    """The first author, not those who joined, until the proposal is answered or merged."""
    return proposal.can_become(State.WITHDRAWN) and can_act_as(person, Role.AUTHOR, proposal)


def can_appeal(person: "Person", decision: Decision) -> bool:
    """The author, or one of them, about the refusal that still holds, once."""
    text = decision.text
    return text.is_author(person) and decision == text.standing_refusal and not hasattr(decision, "appeal")


def can_appeal_for(person: "Person", entry: DeskEntry) -> bool:
    """An agent, for a person without account, about the refusal that still holds, once."""
    decision = entry.standing_refusal
    return can_enter_for_others(person) and decision is not None and not hasattr(decision, "appeal")


def can_decide_appeal(person: "Person", appeal: Appeal) -> bool:
    """A moderator who did not take the first decision, while the request waits."""
    decision = appeal.decision
    return appeal.is_waiting and can_moderate(person, decision.text) and decision.moderator_id != person.pk


def appeals_to_decide(person: "Person") -> AppealQuerySet:
    """Returns the appeals of which `can_decide_appeal` says yes, for a list or a count."""
    return Appeal.objects.waiting().about(moderated_kinds(person)).exclude(decision__moderator=person.pk)


def can_edit_proposal(person: "Person", proposal: Proposal, now: datetime) -> bool:
    """An author: before publication always; then until somebody else supported, commented or answered it.

    What was said of a text stays said of that text; afterwards there are addenda. A call that is over changes no more.
    """
    if not proposal.is_author(person):
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


def can_add_addendum(person: "Person", proposal: Proposal) -> bool:
    """An author of what anyone may read and what goes on here, three times; one that was refused does not count."""
    return (
        proposal.is_author(person)
        and proposal.is_public
        and proposal.state != State.MERGED
        and proposal.addenda.standing().count() < Addendum.MAXIMUM
    )


def can_invite(person: "Person", proposal: Proposal) -> bool:
    """The first author, while the proposal goes on."""
    goes_on = proposal.is_public or proposal.state == State.RECEIVED
    return proposal.is_first_author(person) and goes_on and proposal.state != State.MERGED


def can_remove_coauthor(person: "Person", proposal: Proposal) -> bool:
    """The first author, whatever became of the proposal; each of the others may leave as long."""
    return proposal.is_first_author(person)


def can_answer_invitation(person: "Person", invitation: Invitation, now: datetime) -> bool:
    """Whoever holds the address that was invited, while the invitation waits and its author could still send it."""
    proposal = invitation.proposal
    return (
        invitation.is_for(person)
        and invitation.is_waiting(now)
        and proposal.author is not None
        and can_invite(proposal.author, proposal)
    )


Text = TypeVar("Text", bound=ModeratedText)


def require_author(text: Text, person: "User") -> Text:
    """Returns `text` if `person` sent it. Raises `PermissionDenied`: a key seen on a form gives nothing of others."""
    if text.author_id != person.pk:
        raise PermissionDenied
    return text
