"""Changes of state: transition table of all texts; for a proposal, one lock, one history row, one mail."""

from datetime import datetime
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.search import index

from accounts.models import User
from common.plain_text import has_words
from common.sanitising import clean_text
from common.search.removing import remove_from_search
from common.shown import Contents, Shown, fingerprint, require_shown
from participation import permissions
from participation.errors import NotWaiting, ReasonMissing, TargetMissing, WrongState
from participation.models import CityService, Comment, OfficialAnswer, Proposal, ProposalStep
from participation.models.texts import ModeratedText
from participation.notifications.proposals import ProposalsGiven, ServiceReminded, notify_of_step
from participation.services.reports import answer_reports_of_removed

State, Role, Kind = Proposal.State, ProposalStep.Role, ProposalStep.Kind
Row = TypeVar("Row", bound=models.Model)

# Action names in Wagtail's log; others are `CHANGE`.
PUBLISH, REFUSE, CHANGE = "participation.publish", "participation.refuse", "participation.change_state"
LOG_ACTIONS = {State.REFUSED: REFUSE, State.PUBLISHED: PUBLISH}
# Text that a call publishes at once.
PUBLISH_UNREAD = "participation.publish_unread"
REMIND = "participation.remind"

# Fields that a change of state may write.
MOVED_FIELDS = (*Proposal.STATE_FIELDS, "merged_into", "asked_service", "answer_due_on")


def transition(text: ModeratedText, state: str, *, reason: str, now: datetime, needs_reason: bool) -> None:
    """Sets the new state on `text`, without saving. Raises `WrongState` or `ReasonMissing`."""
    if not text.can_become(state):
        raise WrongState
    reason = clean_text(reason).strip()
    if needs_reason and not has_words(reason):
        raise ReasonMissing
    text.set_state(state, reason=reason, now=now)


@transaction.atomic
def change_state(
    *,
    proposal: Proposal,
    state: Proposal.State,
    role: ProposalStep.Role,
    actor: User,
    shown: Shown,
    now: datetime,
    reason: str = "",
    target: Proposal | None = None,
    service: CityService | None = None,
) -> Proposal:
    """Moves `proposal` to `state`, in the role `role` of `actor`; returns the updated proposal.

    Idempotent. `target` is the proposal into which this one is merged, `service` the one asked to study it. Raises
    `PermissionDenied`, `WrongState` (transition table), `ChangedMeanwhile` (unless `shown` is the fingerprint of
    `contents_of`), `ReasonMissing` (negative state) and `TargetMissing` (no target, or one that is itself, unpublished
    or merged).
    """
    if not permissions.can_change_state(actor, proposal, state, role):
        raise PermissionDenied
    proposal, target = lock(proposal, target)
    merged_into = target if state == State.MERGED else None
    if proposal.state == state and proposal.merged_into_id == (merged_into.pk if merged_into else None):
        return proposal
    if not proposal.can_become(state):
        raise WrongState
    require_shown(shown, proposal, fingerprint(contents_of(proposal)))
    move(proposal, state, role=role, actor=actor, now=now, reason=reason, target=merged_into, service=service)
    return proposal


def contents_of(proposal: Proposal) -> Contents:
    """Returns what a page shows that decides about `proposal`."""
    return {
        _("State"): proposal.get_state_display(),
        _("Title"): proposal.title,
        _("The problem"): proposal.problem,
        _("The proposal"): proposal.body,
        _("Service that is asked"): str(proposal.asked_service or ""),
    }


def lock(row: Row, other: Row | None = None) -> tuple[Row, Row | None]:
    """Locks one or two rows of a model, always in primary key order, and returns their current versions."""
    keys = [instance.pk for instance in (row, other) if instance is not None]
    rows = type(row)._default_manager.select_for_update().filter(pk__in=keys).order_by("pk")
    locked = {instance.pk: instance for instance in rows}
    return locked[row.pk], locked[other.pk] if other is not None else None


def move(
    proposal: Proposal,
    state: Proposal.State,
    *,
    role: ProposalStep.Role,
    actor: User | None,
    now: datetime,
    reason: str = "",
    target: Proposal | None = None,
    service: CityService | None = None,
    answer: OfficialAnswer | None = None,
) -> ProposalStep:
    """Does the work of `change_state` on a proposal locked by the caller, who has checked the permission."""
    if state == State.MERGED and not _is_valid_target(target, proposal):
        raise TargetMissing
    before, was_public = State(proposal.state), proposal.is_public
    transition(proposal, state, reason=reason, now=now, needs_reason=state in Proposal.NEGATIVE_STATES)
    proposal.merged_into = target
    is_given = service is not None and service.pk != proposal.asked_service_id and state in Proposal.WAITING_STATES
    proposal.asked_service = service or proposal.asked_service
    proposal.save(update_fields=MOVED_FIELDS)
    step = ProposalStep.objects.create(
        proposal=proposal,
        at=now,
        from_state=before,
        to_state=state,
        role=role,
        actor=actor,
        reason=proposal.state_reason,
        target=target,
        answer=answer,
    )
    if was_public != proposal.is_public:
        _follow_in_search(proposal)
    if was_public and not proposal.is_public:
        answer_reports_of_removed(proposal, moderator=actor, now=now)
    if state == State.WITHDRAWN:
        # It will not be published again: files use space, and may show people.
        proposal.attachments.all().delete()
    data = {"reason": proposal.state_reason, "from": str(before), "to": str(state), "role": str(role)}
    # An author does not publish by a decision: the call publishes the text at once, before it is read.
    unread = state == State.PUBLISHED and role == Role.AUTHOR
    log(proposal, PUBLISH_UNREAD if unread else LOG_ACTIONS.get(state, CHANGE), user=actor, data=data)
    if answer is None:
        notify_of_step(step, now=now)
    if service is not None and is_given:
        ProposalsGiven(service, (proposal,)).send(now=now)
    return step


@transaction.atomic
def remind_service(
    *, proposal: Proposal, service: CityService, actor: User, now: datetime, message: str = ""
) -> ProposalStep:
    """Reminds `service` of the answer, by mail, and records it in the public history.

    A second reminder on the same day does nothing. Raises `PermissionDenied`, and `NotWaiting` if there is an
    answer.
    """
    if not permissions.can_moderate_proposals(actor):
        raise PermissionDenied
    proposal, _other = lock(proposal)
    if proposal.state not in Proposal.WAITING_STATES:
        raise NotWaiting
    latest = proposal.steps.filter(kind=Kind.REMINDER).last()
    if latest and timezone.localdate(latest.at) == timezone.localdate(now):
        return latest
    if proposal.asked_service_id != service.pk:
        proposal.asked_service = service
        proposal.save(update_fields=["asked_service"])
    step = ProposalStep.objects.create(
        proposal=proposal,
        kind=Kind.REMINDER,
        at=now,
        from_state=proposal.state,
        to_state=proposal.state,
        role=Role.TEAM,
        actor=actor,
    )
    log(proposal, REMIND, user=actor, data={"service": service.name})
    ServiceReminded(proposal, service, message, timezone.localdate(now)).send(now=now)
    return step


def _is_valid_target(target: Proposal | None, proposal: Proposal) -> bool:
    """Returns whether `target` is public and not merged itself, so that merges never form a cycle."""
    return target is not None and target.pk != proposal.pk and target.is_public and target.state != State.MERGED


def _follow_in_search(proposal: Proposal) -> None:
    """Removes a hidden proposal and its comments from the search index, or adds a public one again."""
    comments = Comment.objects.published().filter(discussion__proposal=proposal)
    if not proposal.is_public:
        index.remove_object(proposal)
        remove_from_search(comments)
        return
    for indexed in [proposal, *comments]:
        index.insert_or_update_object(indexed)
