"""What the things that are moderated, proposals, their addenda and comments, have in common."""

from datetime import datetime
from typing import TypeVar

from django.core.exceptions import PermissionDenied

from accounts.models import User
from common.sanitising import clean_text
from participation.models import Addendum, Comment, Decision, Ground, Proposal
from participation.models.moderation import Moderated
from participation.services.errors import ReasonMissing, WrongState

# What moderation decides, by the name of the state, and how the log calls it.
LOG_ACTIONS = {"PUBLISHED": "participation.publish", "REFUSED": "participation.refuse"}

Written = TypeVar("Written", Proposal, Comment, Addendum)


def own(thing: Written, author: User) -> Written:
    """Returns `thing` if `author` wrote it: a key seen on another person's form gives nothing of hers."""
    if thing.author_id != author.pk:
        raise PermissionDenied
    return thing


def decide(thing: Comment | Addendum, *, state: str, reason: str, now: datetime) -> str:
    """Writes the decision of moderation on `thing`, without saving it; returns the log's name of it.

    Raises `WrongState` when the transition table says no, `ReasonMissing` for a refusal without a reason.
    """
    action = LOG_ACTIONS.get(thing.State(state).name)
    if action is None:
        raise WrongState
    enter(thing, state=state, reason=reason, now=now, needs_reason=state == thing.State.REFUSED)
    return action


def enter(thing: Moderated, *, state: str, reason: str, now: datetime, needs_reason: bool) -> None:
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


def record(
    thing: Moderated,
    *,
    state: str,
    before: str,
    ground: str,
    reason: str,
    moderator: User,
    waiting_since: datetime | None,
    now: datetime,
) -> Decision:
    """Keeps the decision that leads `thing` from `before` to `state`, for the register and for an appeal.

    `waiting_since` says since when somebody asks for this very decision.
    """
    refused = state == thing.State.REFUSED
    return Decision.objects.create(
        proposal=thing if isinstance(thing, Proposal) else None,
        comment=thing if isinstance(thing, Comment) else None,
        addendum=thing if isinstance(thing, Addendum) else None,
        outcome=Decision.Outcome.REFUSED if refused else Decision.Outcome.PUBLISHED,
        ground=(ground or Ground.OTHER) if refused else "",
        reason=clean_text(reason).strip(),
        moderator=moderator,
        waiting_since=waiting_since or _waiting_since(thing, before=before, now=now),
        decided_at=now,
    )


def _waiting_since(thing: Moderated, *, before: str, now: datetime) -> datetime:
    """When the text began to wait: since it was written, since it was first reported, or not at all."""
    if before == thing.State.RECEIVED:
        return thing.created_at
    if isinstance(thing, Comment):
        latest = thing.decisions.first()
        reports = thing.reports.filter(created_at__gt=latest.decided_at) if latest else thing.reports.all()
        if report := reports.first():
            return report.created_at
    return now
