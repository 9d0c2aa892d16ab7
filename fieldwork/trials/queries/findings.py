"""Content of the page of a finding: timeline and answers of the city."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from fieldwork.models import Finding, FindingStep
from participation.queries.timeline import CURRENT, DONE, FUTURE, TimelineStep

State = Finding.State
# States on the way to a verified repair; those not reached yet are shown as future steps.
WAY = (State.CONFIRMED, State.SENT, State.SAID_FIXED, State.TO_TEST, State.VERIFIED)
ANSWERS = frozenset({State.SAID_FIXED, State.WILL_NOT_FIX})


@dataclass(frozen=True)
class CityAnswer:
    """Answer of the service with its date; `is_earlier` if another one followed."""

    decision: str
    kind: str
    day: datetime
    text: str
    signature: str
    anchor: str
    is_earlier: bool


def timeline(finding: Finding, steps: list[FindingStep], today: date) -> list[TimelineStep]:
    """Returns the past, current and future states of `finding`. No query."""
    changes = [step for step in steps if step.kind == FindingStep.Kind.STATE]
    lines = [
        TimelineStep(label=str(State(step.to_state).label), kind=DONE, at=step.at, note=_note(step))
        for step in changes[:-1]
    ]
    reminded_at = max((step.at for step in steps if step.kind == FindingStep.Kind.REMINDER), default=None)
    is_waiting = finding.state == State.SENT
    lines.append(
        TimelineStep(
            label=str(State(finding.state).label),
            kind=DONE if finding.state in (State.VERIFIED, State.DISMISSED, State.DUPLICATE) else CURRENT,
            at=finding.state_changed_at,
            note=_note(changes[-1]) if changes else "",
            due=finding.answer_due_on if is_waiting else None,
            is_late=finding.is_overdue(today),
            reminded_at=reminded_at if is_waiting and reminded_at and reminded_at >= finding.state_changed_at else None,
        )
    )
    return [*lines, *_future_steps(finding)]


def _future_steps(finding: Finding) -> Iterator[TimelineStep]:
    if finding.state in WAY:
        remaining = WAY[WAY.index(State(finding.state)) + 1 :]
    elif finding.state in (State.REPORTED, State.CAME_BACK):
        remaining = WAY if finding.state == State.REPORTED else WAY[1:]
    else:
        remaining = ()
    for state in remaining:
        yield TimelineStep(label=str(state.label), kind=FUTURE)


def _note(step: FindingStep) -> str:
    """Returns the reason of a step; "" for answers of the city and new trials, which the page shows in full."""
    return "" if step.to_state in ANSWERS or step.retest_id else step.reason


def answers(finding: Finding, steps: list[FindingStep]) -> list[CityAnswer]:
    """Returns the answers of the service, newest first. No query."""
    answer_steps = [step for step in steps if step.kind == FindingStep.Kind.STATE and step.to_state in ANSWERS]
    return [
        CityAnswer(
            decision=_decision(finding, step, is_latest=rank == 0),
            kind="no" if step.to_state == State.WILL_NOT_FIX else "ongoing",
            day=step.at,
            text=step.reason,
            signature=str(finding.service or ""),
            anchor=f"reponse-{step.pk}",
            is_earlier=rank > 0,
        )
        for rank, step in enumerate(reversed(answer_steps))
    ]


def _decision(finding: Finding, step: FindingStep, *, is_latest: bool) -> str:
    """Returns the label of the city's decision, with the version of the latest repair."""
    label = str(State(step.to_state).label)
    version = finding.fixed_in if is_latest and step.to_state == State.SAID_FIXED else ""
    return f"{label} ({version})" if version else label
