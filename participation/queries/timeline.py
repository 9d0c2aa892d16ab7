"""Timeline of a proposal, « Où en est cette proposition ? »: steps done and to come, from its history alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from participation.models import Proposal, ProposalStep

State = Proposal.State

DONE, CURRENT, FUTURE = "done", "current", "future"
# What these say is elsewhere on the page, or is for the author alone.
WITHOUT_NOTE = frozenset({State.RECEIVED, State.PUBLISHED, State.REFUSED})


@dataclass
class Step:
    """One line of the timeline.

    `due` is a date announced, `is_late` says that it is past, `reminded_at` when the service was asked again. `note`
    is what the team said of the step; `url` leads to the answer that made it or to the proposal that took this one in.
    """

    label: str
    kind: str
    at: datetime | None = None
    due: date | None = None
    is_late: bool = False
    reminded_at: datetime | None = None
    note: str = ""
    url: str = ""


def timeline(proposal: Proposal, history: Sequence[ProposalStep], today: date) -> list[Step]:
    """Returns the steps of `proposal` in order, the current one marked.

    `history` is all of its `ProposalStep`s with their targets, oldest first.
    """
    steps = [_done(step) for step in shown_moves(history)]
    if steps:
        steps[-1].kind = CURRENT
    return [*steps, *_what_comes(proposal, history, today)]


def shown_moves(history: Sequence[ProposalStep]) -> list[ProposalStep]:
    """Returns the changes of state that readers see: a refusal that was undone after an appeal leaves no trace."""
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


def _done(step: ProposalStep) -> Step:
    state = State(step.to_state)
    note = "" if step.answer_id or state in WITHOUT_NOTE else step.reason
    url = ""
    if step.answer_id:
        url = f"#reponse-{step.answer_id}"
    elif step.target is not None and step.target.is_public:
        url = step.target.get_absolute_url()
    return Step(label_of(step), DONE, step.at, note=note, url=url)


def _what_comes(proposal: Proposal, history: Sequence[ProposalStep], today: date) -> list[Step]:
    state = State(proposal.state)
    if state in (State.ACCEPTED, State.PARTLY_ACCEPTED, State.IN_PROGRESS):
        return [Step(str(State.DONE.label), FUTURE)]
    if state not in (State.RECEIVED, *Proposal.WAITING_STATES) or proposal.source_url:
        # What another platform received was promised nothing here.
        return []
    answer = Step(
        _("Official answer"),
        FUTURE,
        due=proposal.answer_due_on,
        is_late=proposal.is_overdue(today),
        reminded_at=_reminded_at(history),
    )
    if state == State.PUBLISHED:
        return [Step(str(State.STUDIED.label), FUTURE), answer]
    if state == State.STUDIED:
        return [answer]
    return [Step(_("Read by the team"), FUTURE), answer]


def _reminded_at(history: Sequence[ProposalStep]) -> datetime | None:
    """When the service was last reminded of the answer that is awaited now."""
    reminded_at = None
    for step in history:
        if step.kind == ProposalStep.Kind.REMINDER:
            reminded_at = step.at
        elif step.to_state not in Proposal.WAITING_STATES:
            reminded_at = None
    return reminded_at
