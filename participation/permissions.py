"""Who may do what. Services, views, templates and the admin ask here and nowhere else.

Reading is not here: it is `visible_to(user)`, on the querysets.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from committee.permissions import can_edit_sessions, can_edit_topics
from participation.models import Appeal, CallPage, Comment, Decision, Discussion, Proposal, ProposalStep

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

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


def can_propose(person: "Person", call: CallPage, now: datetime) -> bool:
    """A signed-in person, in a published call that takes proposals at `now`."""
    return person.is_authenticated and CallPage.objects.accepting_proposals(now).filter(pk=call.pk).exists()


def is_open_to_comments(discussion: Discussion) -> bool:
    """The discussion is open, what it hangs on is public, and its call is not over.

    Read the discussion with `with_subject()`: nothing is queried here.
    """
    call = discussion.call
    return discussion.is_open and discussion.subject_is_public and (call is None or call.phase != CallPage.Phase.CLOSED)


def can_comment(person: "Person", discussion: Discussion) -> bool:
    return person.is_authenticated and is_open_to_comments(discussion)


def can_reply(person: "Person", comment: Comment) -> bool:
    """As for a comment; moreover, only what everybody can read can be answered."""
    return comment.state == Comment.State.PUBLISHED and can_comment(person, comment.discussion)


def can_edit_comment(person: "Person", comment: Comment, now: datetime) -> bool:
    """The author: before publication always; then until the first answer, for half an hour, in an open discussion."""
    if not person.is_authenticated or comment.author_id != person.pk:
        return False
    if comment.state == Comment.State.RECEIVED:
        return True
    return (
        comment.state == Comment.State.PUBLISHED
        and comment.published_at is not None
        and now < comment.published_at + EDIT_WINDOW
        and is_open_to_comments(comment.discussion)
        and not comment.replies.exists()
    )


def can_withdraw_comment(person: "Person", comment: Comment) -> bool:
    """The author, at any time: a text belongs to who wrote it. What moderation removed is removed already."""
    return person.is_authenticated and comment.author_id == person.pk and comment.can_become(Comment.State.WITHDRAWN)


def can_follow(person: "Person", discussion: Discussion) -> bool:
    """Signed in, about what anyone may read."""
    return person.is_authenticated and discussion.subject_is_public


def can_report(person: "Person", comment: Comment) -> bool:
    """Signed in, about somebody else's published comment."""
    return person.is_authenticated and comment.state == Comment.State.PUBLISHED and comment.author_id != person.pk


def is_open_to_supports(proposal: Proposal) -> bool:
    call = proposal.call
    return proposal.state in SUPPORTABLE_STATES and (call is None or call.phase != CallPage.Phase.CLOSED)


def can_support(person: "Person", proposal: Proposal) -> bool:
    """Also says whether a support may be withdrawn: what is over stays as it was counted."""
    return person.is_authenticated and is_open_to_supports(proposal)


def can_moderate_proposals(person: "Person") -> bool:
    return person.has_perm("participation.moderate_proposal")


def can_moderate_comments(person: "Person") -> bool:
    return person.has_perm("participation.moderate_comment")


def can_answer_proposals(person: "Person") -> bool:
    """Writes and publishes official answers: the services of the city."""
    return person.has_perm("participation.answer_proposal")


def can_follow_answers(person: "Person") -> bool:
    """Sees which proposals wait for an answer: those who answer, and those who remind them."""
    return can_answer_proposals(person) or can_moderate_proposals(person)


def can_follow_chains(person: "Person") -> bool:
    """Sees where dossiers of proposals are broken: who follows answers, and who writes what is missing."""
    return can_follow_answers(person) or can_edit_sessions(person) or can_edit_topics(person)


def can_act_as(person: "Person", role: ProposalStep.Role, proposal: Proposal) -> bool:
    """The person holds `role` for `proposal`."""
    match role:
        case Role.TEAM:
            return can_moderate_proposals(person)
        case Role.SERVICE:
            return can_answer_proposals(person)
        case Role.AUTHOR:
            return person.is_authenticated and proposal.author_id == person.pk
        case _:
            return False


def can_change_state(person: "Person", proposal: Proposal, state: Proposal.State, role: ProposalStep.Role) -> bool:
    """The person holds `role`, which may lead to `state`. Whether `state` may come next is the transition table's."""
    return state in STATES_OF_ROLE[role] and can_act_as(person, role, proposal)


def can_withdraw(person: "Person", proposal: Proposal) -> bool:
    """The author, until the proposal is answered or merged."""
    return proposal.can_become(State.WITHDRAWN) and can_act_as(person, Role.AUTHOR, proposal)


def can_moderate(person: "Person", text: Proposal | Comment) -> bool:
    return can_moderate_proposals(person) if isinstance(text, Proposal) else can_moderate_comments(person)


def can_appeal(person: "Person", decision: Decision) -> bool:
    """The author, about the refusal that still holds, once."""
    text = decision.text
    return (
        person.is_authenticated
        and text.author_id == person.pk
        and decision.outcome == Decision.Outcome.REFUSED
        and text.state == text.State.REFUSED
        and decision == text.decisions.first()
        and not hasattr(decision, "appeal")
    )


def can_decide_appeal(person: "Person", appeal: Appeal) -> bool:
    """A moderator who did not take the first decision, while the request waits."""
    decision = appeal.decision
    return appeal.is_waiting and can_moderate(person, decision.text) and decision.moderator_id != person.pk
