"""Publication of official answers, now or at a chosen time."""

import logging
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.models import User
from common.errors import Refusal
from common.shown import BY_PROGRAM, Contents, Shown, fingerprint, require_shown
from participation import permissions
from participation.errors import DateInThePast, NotYourService, PlaceholdersLeft, SignatureMissing, WrongState
from participation.models import OfficialAnswer, Proposal, ProposalStep
from participation.notifications.proposals import notify_of_answer
from participation.notifications.recipients import notified_addresses
from participation.services.states import lock, move

logger = logging.getLogger(__name__)

Status = OfficialAnswer.Status


def contents_of(answer: OfficialAnswer) -> Contents:
    """Returns what the publication of `answer` shows and does, for the page that confirms it."""
    proposal = answer.proposal
    return {
        _("Proposal"): proposal.title,
        _("State"): f"{proposal.get_state_display()} → {answer.get_decision_display()}",
        _("Answer"): answer.reasons,
        _("What happens next"): answer.next_steps,
        _("Signature"): answer.signature,
        _("Sent by e-mail to"): proposal.byline if notified_addresses(proposal) else "",
    }


@transaction.atomic
def publish_answer(*, answer: OfficialAnswer, actor: User, shown: Shown, now: datetime) -> OfficialAnswer:
    """Publishes `answer`, moves the proposal to its decision, and notifies the authors.

    Idempotent. Raises `PermissionDenied`, `NotYourService`, `ChangedMeanwhile` if `shown` is not the fingerprint of
    its contents, `WrongState` if the decision can no longer follow the state of the proposal, `SignatureMissing` and
    `PlaceholdersLeft`.
    """
    _require_signatory(answer, actor)
    return _publish(answer, actor=actor, shown=shown, now=now)


@transaction.atomic
def schedule_answer(
    *, answer: OfficialAnswer, actor: User, publish_at: datetime, shown: Shown, now: datetime
) -> OfficialAnswer:
    """Schedules `answer` for `publish_at`; until then it is hidden like a draft, and cannot be edited.

    A later call changes the date. Raises `PermissionDenied`, `NotYourService`, `DateInThePast`, `WrongState` for a
    published answer or an impossible decision, `ChangedMeanwhile`, `SignatureMissing` and `PlaceholdersLeft`.
    """
    _require_signatory(answer, actor)
    if publish_at <= now:
        raise DateInThePast
    _proposal, answer = _locked(answer)
    if answer.is_published:
        raise WrongState
    require_shown(shown, answer, fingerprint(contents_of(answer)))
    _require_publishable(answer)
    _set(answer, status=Status.SCHEDULED, publish_at=publish_at, problem="", writer=actor)
    log(answer, "participation.schedule_answer", user=actor, data={"publish_at": publish_at.isoformat()})
    return answer


@transaction.atomic
def unschedule_answer(*, answer: OfficialAnswer, actor: User) -> OfficialAnswer:
    """Turns a scheduled answer back into a draft. Raises `PermissionDenied` and `WrongState`."""
    if not permissions.can_answer_proposals(actor):
        raise PermissionDenied
    _proposal, answer = _locked(answer)
    if answer.is_published:
        raise WrongState
    if answer.is_scheduled:
        _set(answer, status=Status.DRAFT, publish_at=None)
        log(answer, "participation.unschedule_answer", user=actor)
    return answer


def publish_due_answers(*, now: datetime) -> tuple[int, int]:
    """Publishes the answers that are due; returns the number of published answers, and of those turned into drafts.

    Each has its own transaction. A refused one (for example, if the proposal was merged or withdrawn) becomes a
    draft with the reason. Other failures are logged and retried at the next tick.
    """
    published = given_back = 0
    for answer in OfficialAnswer.objects.due(now).select_related("writer"):
        try:
            with transaction.atomic():
                published += _publish_if_due(answer, now=now)
        except Refusal as refusal:
            due = OfficialAnswer.objects.due(now).filter(pk=answer.pk)
            given_back += due.update(status=Status.DRAFT, publish_at=None, problem=str(refusal)[:200])
        except Exception:
            logger.exception("the scheduled answer %s was not published", answer.pk)
    return published, given_back


def _publish_if_due(answer: OfficialAnswer, *, now: datetime) -> bool:
    """Publishes `answer` unless it was withdrawn, moved or published since the list was read."""
    _proposal, locked = _locked(answer)
    is_due = locked.is_scheduled and locked.publish_at is not None and locked.publish_at <= now
    if is_due:
        # Its text was confirmed when it was scheduled.
        _publish(locked, actor=answer.writer, shown=BY_PROGRAM, now=now)
    return is_due


def _publish(answer: OfficialAnswer, *, actor: User | None, shown: Shown, now: datetime) -> OfficialAnswer:
    proposal, answer = _locked(answer)
    if answer.is_published:
        return answer
    require_shown(shown, answer, fingerprint(contents_of(answer)))
    _require_publishable(answer)
    # The answer comes first: its step in the history refers to it.
    _set(answer, status=Status.PUBLISHED, published_at=now, publish_at=None, problem="")
    if proposal.state != answer.decision:
        move(
            proposal,
            Proposal.State(answer.decision),
            role=ProposalStep.Role.SERVICE,
            actor=actor,
            now=now,
            reason=answer.plain_reasons,
            answer=answer,
        )
    proposal.answered_at = now
    if proposal.answer_delay is None and proposal.published_at:
        first = timezone.localdate(proposal.published_at)
        proposal.answer_delay = max(0, (timezone.localdate(now) - first).days)
    proposal.save(update_fields=["answered_at", "answer_delay"])
    log(answer, "participation.publish_answer", user=actor, data={"decision": answer.decision})
    notify_of_answer(answer, now=now)
    return answer


def _require_signatory(answer: OfficialAnswer, actor: User) -> None:
    """Raises `PermissionDenied` or `NotYourService` unless `actor` may publish for the signing service."""
    if not permissions.can_answer_proposals(actor):
        raise PermissionDenied
    if not permissions.can_sign_as(actor, answer.service):
        raise NotYourService


def _require_publishable(answer: OfficialAnswer) -> None:
    """Raises a `Refusal` unless `answer` meets the conditions of every publication, now or scheduled."""
    if not answer.can_be_published:
        raise WrongState
    if not answer.is_signed:
        raise SignatureMissing
    if placeholders := answer.placeholders:
        raise PlaceholdersLeft(placeholders)


def _locked(answer: OfficialAnswer) -> tuple[Proposal, OfficialAnswer]:
    """Locks the proposal, then its answer: always in this order, to avoid deadlocks."""
    proposal, _other = lock(answer.proposal)
    locked = OfficialAnswer.objects.select_for_update().get(pk=answer.pk)
    locked.proposal = proposal
    return proposal, locked


def _set(answer: OfficialAnswer, **values: object) -> None:
    for name, value in values.items():
        setattr(answer, name, value)
    answer.save(update_fields=list(values))
