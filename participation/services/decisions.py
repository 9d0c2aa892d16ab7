"""What the things that are moderated, proposals, their addenda and comments, have in common."""

from datetime import datetime
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from accounts.models import User
from common.sanitising import clean_text
from participation import permissions
from participation.errors import ReasonMissing, WrongState
from participation.models import Addendum, Comment, Decision, Ground, Proposal
from participation.models.moderation import Moderated

# What moderation decides, by the name of the state, and how the log calls it.
LOG_ACTIONS = {"PUBLISHED": "participation.publish", "REFUSED": "participation.refuse"}
# What a call publishes at once.
PUBLISH_UNREAD = "participation.publish_unread"

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
    return thing.decisions.create(
        outcome=Decision.Outcome.REFUSED if refused else Decision.Outcome.PUBLISHED,
        ground=(ground or Ground.OTHER) if refused else "",
        reason=clean_text(reason).strip(),
        moderator=moderator,
        waiting_since=waiting_since or _waiting_since(thing, before=before, now=now),
        decided_at=now,
    )


def record_unread(thing: Proposal | Comment, *, now: datetime) -> None:
    """Keeps that `thing` is published at once, for the register."""
    thing.decisions.create(outcome=Decision.Outcome.UNREAD, waiting_since=now, decided_at=now)


def changed_on_the_screen(thing: Proposal | Comment, *, state: str, now: datetime) -> bool:
    """Says whether its author changed it while the moderator who publishes it had it before them, perhaps.

    It is then to be read again.
    """
    return (
        state == thing.State.PUBLISHED
        and thing.edited_at is not None
        and now - thing.edited_at < permissions.EDIT_WINDOW
    )


@transaction.atomic
def confirm_read(*, text: Proposal | Comment, moderator: User, now: datetime) -> None:
    """Says that a moderator has read a published text as it is now. What nobody had read is a decision of theirs.

    Confirmed twice, nothing happens the second time. Raises `PermissionDenied`.
    """
    if not permissions.can_moderate(moderator, text):
        raise PermissionDenied
    waiting = type(text)._default_manager.select_for_update().filter(pk=text.pk, needs_review=True).first()
    if waiting is None:
        return
    waiting.needs_review = False
    waiting.save(update_fields=["needs_review"])
    if _published_unread_at(waiting):
        record(
            waiting,
            state=waiting.State.PUBLISHED,
            before=waiting.state,
            ground="",
            reason="",
            moderator=moderator,
            waiting_since=None,
            now=now,
        )
    log(waiting, "participation.read_again", user=moderator)


def _published_unread_at(thing: Moderated) -> datetime | None:
    """When the text was published without being read, if nobody has decided about it since."""
    latest = thing.decisions.first()
    return latest.decided_at if latest and latest.outcome == Decision.Outcome.UNREAD else None


def _waiting_since(thing: Moderated, *, before: str, now: datetime) -> datetime:
    """When the text began to wait: since it was written or published unread, first reported, or not at all."""
    if before == thing.State.RECEIVED:
        return thing.created_at
    if published_at := _published_unread_at(thing):
        return published_at
    if isinstance(thing, Comment):
        latest = thing.decisions.first()
        reports = thing.reports.filter(created_at__gt=latest.decided_at) if latest else thing.reports.all()
        if report := reports.first():
            return report.created_at
    return now
