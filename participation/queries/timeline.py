"""Timeline of a proposal, « Où en est cette proposition ? »: past and future steps, from its history only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from participation.models import Proposal, ProposalStep

State = Proposal.State

DONE, CURRENT, FUTURE = "done", "current", "future"
# States described elsewhere on the page, or only to the author.
WITHOUT_NOTE = frozenset({State.RECEIVED, State.PUBLISHED, State.REFUSED})


@dataclass
class TimelineStep:
    """Row of the timeline.

    `due` is an announced date, `is_late` whether it is past, `service` the one that answers, `reminded_at` when it was
    reminded. `note` is the comment of the team; `url` links to the answer that made the step, or to the proposal into
    which this one was merged.
    """

    label: str
    kind: str
    at: datetime | None = None
    due: date | None = None
    is_late: bool = False
    service: str = ""
    reminded_at: datetime | None = None
    note: str = ""
    url: str = ""


def timeline(proposal: Proposal, history: Sequence[ProposalStep], today: date) -> list[TimelineStep]:
    """Returns the steps of `proposal` in order, with the current one marked.

    `history` has all of its `ProposalStep`s with their targets, oldest first.
    """
    steps = [_done(step) for step in public_moves(history)]
    if steps:
        steps[-1].kind = CURRENT
    return [*steps, *_what_comes(proposal, history, today)]


def public_moves(history: Sequence[ProposalStep]) -> list[ProposalStep]:
    """Returns the public changes of state, without a refusal that was overturned by an appeal."""
    moves = [step for step in history if step.kind == ProposalStep.Kind.STATE]
    return [step for step in moves if step.to_state != State.REFUSED or step is moves[-1]]


def label_of(step: ProposalStep) -> str:
    """Returns a change of state in words."""
    state = State(step.to_state)
    if state == State.PUBLISHED:
        if step.role == ProposalStep.Role.IMPORT:
            return _("Published on the platform of origin")
        if step.role == ProposalStep.Role.AUTHOR:
            return _("Published at once")
        return _("Read and published") if step.from_state in ("", State.RECEIVED) else _("Published again")
    if state == State.STUDIED and step.from_state in Proposal.ANSWERED_STATES:
        return _("Studied again")
    if state == State.MERGED and step.target_id:
        return _("Merged with no. %(number)s") % {"number": step.target_id}
    return str(state.label)


def _done(step: ProposalStep) -> TimelineStep:
    state = State(step.to_state)
    note = "" if step.answer_id or state in WITHOUT_NOTE else step.reason
    url = ""
    if step.answer_id:
        url = f"#reponse-{step.answer_id}"
    elif step.target is not None and step.target.is_public:
        url = step.target.get_absolute_url()
    return TimelineStep(label_of(step), DONE, step.at, note=note, url=url)


def _what_comes(proposal: Proposal, history: Sequence[ProposalStep], today: date) -> list[TimelineStep]:
    state = State(proposal.state)
    if state in (State.ACCEPTED, State.PARTLY_ACCEPTED, State.IN_PROGRESS):
        return [TimelineStep(str(State.DONE.label), FUTURE)]
    if state not in (State.RECEIVED, *Proposal.WAITING_STATES) or proposal.source_url:
        # Nothing was promised for a proposal received on another platform.
        return []
    answer = TimelineStep(
        _("Official answer"),
        FUTURE,
        due=proposal.answer_due_on,
        is_late=proposal.is_overdue(today),
        service=str(proposal.asked_service or ""),
        reminded_at=_reminded_at(history),
    )
    if state == State.PUBLISHED:
        return [TimelineStep(str(State.STUDIED.label), FUTURE), answer]
    if state == State.STUDIED:
        return [answer]
    return [TimelineStep(_("Read by the team"), FUTURE), answer]


def _reminded_at(history: Sequence[ProposalStep]) -> datetime | None:
    """Returns when the service was last reminded of the pending answer."""
    reminded_at = None
    for step in history:
        if step.kind == ProposalStep.Kind.REMINDER:
            reminded_at = step.at
        elif step.to_state not in Proposal.WAITING_STATES:
            reminded_at = None
    return reminded_at
