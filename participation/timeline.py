"""« Où en est cette proposition ? »: what was done, what comes next, and when."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from participation.models import Proposal

State = Proposal.State

DONE, CURRENT, FUTURE = "done", "current", "future"


@dataclass
class Step:
    """One line of the timeline. `due` is a date announced, `is_late` says that it is past."""

    label: str
    kind: str
    at: datetime | None = None
    due: date | None = None
    is_late: bool = False


def timeline(proposal: Proposal, today: date) -> list[Step]:
    """Returns the steps of `proposal` in order, the current one marked."""
    steps = [Step(pgettext("proposal", "Received"), DONE, proposal.created_at)]
    state = State(proposal.state)
    if proposal.published_at:
        steps.append(Step(_("Read and published"), DONE, proposal.published_at))
    if state in (State.REFUSED, State.WITHDRAWN, State.MERGED):
        return [*steps, Step(str(state.label), CURRENT, proposal.state_changed_at)]
    if state == State.STUDIED:
        steps.append(Step(str(state.label), CURRENT, proposal.state_changed_at))
    elif state in (State.IN_PROGRESS, State.DONE):
        steps.append(Step(pgettext("proposal", "Accepted"), DONE))
        steps.append(Step(str(state.label), CURRENT, proposal.state_changed_at))
    elif state in Proposal.ANSWERED_STATES:
        steps.append(Step(str(state.label), CURRENT, proposal.state_changed_at))
    else:
        steps[-1].kind = CURRENT
    return [*steps, *_what_comes(proposal, state, today)]


def _what_comes(proposal: Proposal, state: State, today: date) -> list[Step]:
    if state in (State.ACCEPTED, State.PARTLY_ACCEPTED, State.IN_PROGRESS):
        return [Step(str(State.DONE.label), FUTURE)]
    if state in Proposal.ANSWERED_STATES or proposal.source_url:
        # What another platform received was promised nothing here.
        return []
    due = proposal.answer_due_on
    answer = Step(_("Answer of the committee"), FUTURE, due=due, is_late=bool(due and due < today))
    if state == State.PUBLISHED:
        return [Step(str(State.STUDIED.label), FUTURE), answer]
    if state == State.STUDIED:
        return [answer]
    return [Step(_("Read by the team"), FUTURE), answer]
