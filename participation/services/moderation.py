"""Moderation: one decision about a text of any kind, recorded for the register and for an appeal."""

from datetime import datetime
from functools import singledispatch
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log
from wagtail.search import index

from accounts.models import User
from common.sanitising import clean_text
from common.shown import Shown, require_shown
from participation import permissions
from participation.errors import WrongState
from participation.models import Addendum, Comment, Decision, Ground, Proposal, ProposalStep
from participation.models.texts import ModeratedText
from participation.notifications.moderation import AddendumModerated, CommentModerated
from participation.notifications.replies import notify_concerned_users
from participation.services.counters import refresh_comment_count
from participation.services.follows import discussion_for_proposal
from participation.services.reports import answer_reports_of_removed, lock_text
from participation.services.states import PUBLISH, PUBLISH_UNREAD, REFUSE, move, transition
from participation.services.versions import publish_waiting_files

READ = "participation.read_again"

Text = TypeVar("Text", bound=ModeratedText)


@transaction.atomic
def moderate(
    *,
    text: Text,
    state: str,
    moderator: User,
    shown: Shown,
    now: datetime,
    ground: Ground | str = "",
    reason: str = "",
) -> Text:
    """Publishes or refuses `text`, and returns the updated text; its authors are informed by mail, with the reason.

    Idempotent. Raises `PermissionDenied`, `WrongState`, `ChangedMeanwhile` and, for a refusal, `ReasonMissing`.
    """
    if not permissions.can_moderate(moderator, text):
        raise PermissionDenied
    return decide(
        text=text,
        state=state,
        moderator=moderator,
        shown=shown,
        now=now,
        ground=ground,
        reason=reason,
    )


def decide(
    *,
    text: Text,
    state: str,
    moderator: User,
    shown: Shown,
    now: datetime,
    ground: Ground | str = "",
    reason: str = "",
    waiting_since: datetime | None = None,
) -> Text:
    """Does the work of `moderate` in the transaction of a caller who checked the permission.

    `waiting_since` is when this decision was requested.
    """
    if state not in (text.State.PUBLISHED, text.State.REFUSED):
        raise WrongState
    text = lock_text(text)
    if text.state == state:
        return text
    require_shown(shown, text, text.fingerprint)
    # The decision comes first, because its mail links to it. A later refusal rolls it back.
    decision = _record(
        text,
        outcome=Decision.Outcome[text.State(state).name],
        ground=ground,
        reason=reason,
        moderator=moderator,
        waiting_since=waiting_since,
        now=now,
    )
    text.needs_review = _may_have_changed(text, decision)
    _apply(text, state, decision)
    return text


@transaction.atomic
def confirm_read(*, text: Proposal | Comment, moderator: User, shown: Shown, now: datetime) -> None:
    """Marks a published text as read in its current version by a moderator.

    For a text never read, this records a decision. Idempotent. Raises `PermissionDenied` and `ChangedMeanwhile`.
    """
    if not permissions.can_moderate(moderator, text):
        raise PermissionDenied
    text = lock_text(text)
    if not text.needs_review:
        return
    require_shown(shown, text, text.fingerprint)
    text.needs_review = False
    text.save(update_fields=["needs_review"])
    if isinstance(text, Proposal):
        publish_waiting_files(proposal=text, now=now)
    latest = text.decisions.first()
    if latest and latest.is_unread:
        _record(text, outcome=Decision.Outcome.PUBLISHED, moderator=moderator, now=now)
    log(text, READ, user=moderator)


def record_unread(text: ModeratedText, *, now: datetime) -> None:
    """Records for the register that `text` is published at once, as its call allows."""
    text.decisions.create(outcome=Decision.Outcome.UNREAD, waiting_since=now, decided_at=now)


def publish_unread(comment: Comment, *, now: datetime) -> None:
    """Does the follow-up of a publication for a comment that its call has published at once."""
    record_unread(comment, now=now)
    log(comment, PUBLISH_UNREAD, user=comment.author)
    refresh_comment_count(discussion=comment.discussion)
    notify_concerned_users(comment, answered=True, now=now)


def _record(
    text: ModeratedText,
    *,
    outcome: Decision.Outcome,
    moderator: User,
    now: datetime,
    ground: Ground | str = "",
    reason: str = "",
    waiting_since: datetime | None = None,
) -> Decision:
    """Records the decision about `text`, which still has its previous state."""
    refused = outcome == Decision.Outcome.REFUSED
    return text.decisions.create(
        outcome=outcome,
        ground=(ground or Ground.OTHER) if refused else "",
        reason=clean_text(reason).strip(),
        moderator=moderator,
        waiting_since=waiting_since or text.waiting_since() or now,
        decided_at=now,
    )


def _may_have_changed(text: ModeratedText, decision: Decision) -> bool:
    """Returns whether the author may have changed the text while the moderator was reading it."""
    if decision.is_refusal or text.edited_at is None:
        return False
    return decision.decided_at - text.edited_at < permissions.EDIT_WINDOW


@singledispatch
def _apply(text: ModeratedText, state: str, decision: Decision) -> None:
    """Moves `text` to `state`, as `decision` requires, with all consequences.

    Raises `WrongState` or `ReasonMissing`.
    """
    raise NotImplementedError(type(text))


@_apply.register
def _apply_to_proposal(proposal: Proposal, state: str, decision: Decision) -> None:
    if decision.is_refusal:
        # Any of its versions may break the rules: a later publication shows the last one only.
        proposal.versions.update(is_hidden=True)
    discussion_for_proposal(proposal=proposal)
    move(
        proposal,
        Proposal.State(state),
        role=ProposalStep.Role.TEAM,
        actor=decision.moderator,
        now=decision.decided_at,
        reason=decision.reason,
    )
    if not decision.is_refusal:
        publish_waiting_files(proposal=proposal, now=decision.decided_at)


@_apply.register
def _apply_to_comment(comment: Comment, state: str, decision: Decision) -> None:
    is_first_publication = comment.published_at is None
    _change_state(comment, state, decision)
    if decision.is_refusal:
        index.remove_object(comment)
    refresh_comment_count(discussion=comment.discussion)
    CommentModerated(comment, decision).send(now=decision.decided_at)
    if not decision.is_refusal:
        notify_concerned_users(comment, answered=is_first_publication, now=decision.decided_at)


@_apply.register
def _apply_to_addendum(addendum: Addendum, state: str, decision: Decision) -> None:
    _change_state(addendum, state, decision)
    if addendum.proposal.is_public:
        index.insert_or_update_object(addendum.proposal)
    AddendumModerated(addendum, decision).send(now=decision.decided_at)


def _change_state(text: Comment | Addendum, state: str, decision: Decision) -> None:
    """Changes the state of a text without its own history, and logs the moderator and the reason."""
    now, reason = decision.decided_at, decision.reason
    transition(text, state, reason=reason, now=now, needs_reason=decision.is_refusal)
    text.save(update_fields=text.STATE_FIELDS)
    log(text, REFUSE if decision.is_refusal else PUBLISH, user=decision.moderator, data={"reason": text.state_reason})
    if decision.is_refusal:
        answer_reports_of_removed(text, moderator=decision.moderator, now=now)
