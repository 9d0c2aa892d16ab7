"""Who may do what. Services, views, templates and the admin ask here and nowhere else.

Reading is not here: it is `visible_to(user)`, on the querysets.
"""

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from participation.models import CallPage, Comment, Discussion, Proposal

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"

# A decided or merged proposal no longer gathers supports; its discussion goes on.
SUPPORTABLE_STATES = frozenset(
    {Proposal.State.PUBLISHED, Proposal.State.STUDIED, Proposal.State.ACCEPTED, Proposal.State.PARTLY_ACCEPTED}
)


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
