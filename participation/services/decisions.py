"""What the two things that are moderated, proposals and comments, have in common."""

from datetime import datetime
from typing import TypeVar

from django.core.exceptions import PermissionDenied

from accounts.models import User
from common.sanitising import clean_text
from participation.models import Comment, Proposal
from participation.services.errors import ReasonMissing, WrongState

# What moderation decides, by the name of the state, and how the log calls it.
LOG_ACTIONS = {"PUBLISHED": "participation.publish", "REFUSED": "participation.refuse"}

Moderated = TypeVar("Moderated", Proposal, Comment)


def own(thing: Moderated, author: User) -> Moderated:
    """Returns `thing` if `author` wrote it: a key seen on another person's form gives nothing of hers."""
    if thing.author_id != author.pk:
        raise PermissionDenied
    return thing


def decide(thing: Comment, *, state: str, reason: str, now: datetime) -> str:
    """Writes the decision of moderation on `thing`, without saving it; returns the log's name of it.

    Raises `WrongState` when the transition table says no, `ReasonMissing` for a refusal without a reason.
    """
    action = LOG_ACTIONS.get(thing.State(state).name)
    if action is None:
        raise WrongState
    enter(thing, state=state, reason=reason, now=now, needs_reason=state == thing.State.REFUSED)
    return action


def enter(thing: Proposal | Comment, *, state: str, reason: str, now: datetime, needs_reason: bool) -> None:
    """Writes the new state on `thing`, without saving it. Raises `WrongState` or `ReasonMissing`."""
    if not thing.can_become(state):
        raise WrongState
    reason = clean_text(reason).strip()
    # Dots or invisible characters are no reason.
    if needs_reason and not any(char.isalnum() for char in reason):
        raise ReasonMissing
    thing.state, thing.state_reason, thing.state_changed_at = state, reason, now
    if state == thing.State.PUBLISHED:
        thing.published_at = thing.published_at or now
