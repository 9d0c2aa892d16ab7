"""Dossier of a proposal: the chain of steps from the idea to the deliverables, with missing steps.

It has no table of its own: each step is read from its object, and links to it. Objects that the user may not read (an
unpublished or restricted session, a draft of an answer) are left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AnyUser
from cms.models import CustomDocument
from committee.models import SessionMinutes, SessionPage, SessionQuerySet, TopicPage
from committee.models.naming import as_public
from participation.models import (
    OfficialAnswer,
    Proposal,
    ProposalFromWorkshop,
    ProposalInDecision,
    ProposalInDeliverable,
    ProposalOnAgenda,
    ProposalStep,
)
from participation.queries import proposals
from participation.queries.dossier_steps import NEVER, NOT_YET, DossierStep, DossierStepKind, Stage, Status
from participation.queries.timeline import label_of, public_moves

State = Proposal.State
# States that await nothing more.
OVER = frozenset({State.MERGED, State.WITHDRAWN, State.REFUSED})
# States accepted by the city: something is, or was, to be delivered.
DELIVERABLE_STATES = frozenset({State.ACCEPTED, State.PARTLY_ACCEPTED, State.IN_PROGRESS, State.DONE})
# States set by the team for an accepted proposal without a further answer.
CARRIED_OUT = frozenset({State.IN_PROGRESS, State.DONE})


@dataclass(frozen=True, kw_only=True)
class Dossier:
    proposal: Proposal
    steps: Sequence[DossierStep]

    @property
    def stages(self) -> list[Stage]:
        return [Stage(kind=kind, steps=list(steps)) for kind, steps in groupby(self.steps, key=attrgetter("kind"))]


def dossier_url(proposal: Proposal) -> str:
    """Returns the URL of the page, from the root of the site."""
    return reverse("participation:dossier", kwargs={"number": proposal.pk, "slug": proposal.slug})


def read_dossier(proposal: Proposal, user: AnyUser, *, now: datetime) -> Dossier:
    """Returns the dossier of `proposal`, which `user` may read, at `now`.

    The number of queries does not depend on the steps. Actions of the committee on a proposal merged into this one are
    included.
    """
    today = timezone.localdate(now)
    history, merged = proposals.history_of(proposal)
    moves = public_moves(history)
    pks = [proposal.pk, *(other.pk for other in merged)]
    agenda = _of_sessions(ProposalOnAgenda, proposal, pks, SessionPage.objects.published().scheduled())
    workshops = _of_sessions(ProposalFromWorkshop, proposal, pks, _begun(now))
    decisions = _of_sessions(ProposalInDecision, proposal, pks, _begun(now))
    sessions = {link.row.session.pk: link.row.session for link in [*agenda, *decisions]}
    steps = [
        *_idea(proposal, moves, merged, workshops),
        *_agenda(proposal, agenda, now),
        *_minutes(sorted(sessions.values(), key=attrgetter("starts_at")), today),
        *_decisions(proposal, decisions),
        *_answers(proposal, moves, user, today),
        *_deliverables(proposal, moves, pks, today),
    ]
    return Dossier(proposal=proposal, steps=_with_missing_steps(proposal, steps))


def opinions_on(proposal: Proposal, merged: Sequence[Proposal], *, now: datetime) -> list[DossierStep]:
    """Returns the decisions of the committee about `proposal` and those `merged` into it, the latest first.

    One query.
    """
    pks = [proposal.pk, *(other.pk for other in merged)]
    return list(_decisions(proposal, _of_sessions(ProposalInDecision, proposal, pks, _begun(now))))[::-1]


def _begun(now: datetime) -> SessionQuerySet:
    return SessionPage.objects.published().scheduled().filter(starts_at__lte=now)


def _of_sessions(
    model: type[models.Model], proposal: Proposal, pks: Sequence[int], sessions: SessionQuerySet
) -> list[Any]:
    """Returns the links of `model` to these proposals in `sessions`, in order of time."""
    links = model._default_manager.filter(proposal__in=pks, row__session__in=sessions)
    links = links.select_related("row__session__minutes_record")
    links = links.defer("row__session__minutes", "row__session__minutes_record__text")
    return _once(links.order_by("row__session__starts_at", "row__sort_order", "pk"), proposal)


def _once(links: Iterable[Any], proposal: Proposal) -> list[Any]:
    """Returns one link for each row, preferring the one to `proposal` itself."""
    by_row: dict[int, Any] = {}
    for link in links:
        if link.row_id not in by_row or link.proposal_id == proposal.pk:
            by_row[link.row_id] = link
    return list(by_row.values())


def _idea(
    proposal: Proposal,
    moves: Sequence[ProposalStep],
    merged: Sequence[Proposal],
    workshops: Iterable[ProposalFromWorkshop],
) -> Iterator[DossierStep]:
    """Yields the origin of the text, its own steps and the proposals merged into it, in order of time."""
    steps = [
        DossierStep(
            kind=DossierStepKind.IDEA,
            status=Status.DONE,
            label=label_of(move),
            on=timezone.localdate(move.at),
            url=dossier_url(move.target) if move.target and move.target.is_public else proposal.get_absolute_url(),
        )
        for move in moves
        if _kind_of(move) == DossierStepKind.IDEA
    ]
    steps += [
        DossierStep(
            kind=DossierStepKind.IDEA,
            status=Status.DONE,
            label=_("No. %(number)d goes on here: %(title)s") % {"number": other.pk, "title": other.title},
            on=timezone.localdate(other.state_changed_at) if other.state_changed_at else None,
            url=dossier_url(other),
            about=other.pk,
        )
        for other in merged
    ]
    steps += [
        DossierStep(
            kind=DossierStepKind.IDEA,
            status=Status.DONE,
            label=_("Prepared in a workshop group: %(name)s") % {"name": link.row.name},
            on=timezone.localdate(link.row.session.starts_at),
            place=str(link.row.session.heading),
            url=f"{link.row.session.url}#ateliers",
            about=_other(link, proposal),
        )
        for link in workshops
    ]
    yield from sorted(steps, key=lambda step: step.on or date.max)


def _agenda(proposal: Proposal, links: Iterable[ProposalOnAgenda], now: datetime) -> Iterator[DossierStep]:
    for link in links:
        session = link.row.session
        day = timezone.localdate(session.starts_at)
        was_held = session.ends_at <= now
        yield DossierStep(
            kind=DossierStepKind.AGENDA,
            status=Status.DONE if was_held else Status.EXPECTED,
            label=link.row.title,
            on=day if was_held else None,
            due=None if was_held else day,
            place=str(session.heading),
            url=f"{session.url}#ordre-du-jour",
            about=_other(link, proposal),
        )


def _minutes(sessions: Iterable[SessionPage], today: date) -> Iterator[DossierStep]:
    for session in sessions:
        on, label = session.minutes_published_at, str(session.heading)
        day = timezone.localdate(on) if on else None
        record: SessionMinutes | None = getattr(session, "minutes_record", None)
        if day is None and record and record.is_public_draft(today):
            day, label = record.public_from, _("%(session)s (draft, waiting for approval)") % {"session": label}
        yield DossierStep(
            kind=DossierStepKind.MINUTES,
            status=Status.DONE if day else _awaited(session.minutes_due_on, today),
            label=label,
            on=day,
            due=None if day else session.minutes_due_on,
            url=f"{session.url}#compte-rendu",
        )


def _decisions(proposal: Proposal, links: Iterable[ProposalInDecision]) -> Iterator[DossierStep]:
    for link in links:
        decision, session = link.row, link.row.session
        yield DossierStep(
            kind=DossierStepKind.DECISION,
            status=Status.DONE,
            label=decision.text,
            on=timezone.localdate(session.starts_at),
            due=decision.due_on,
            by=as_public(decision.responsible),
            how=decision.how_taken,
            place=str(session.heading),
            url=f"{session.url}#decisions",
            about=_other(link, proposal),
        )


def _answers(proposal: Proposal, moves: Iterable[ProposalStep], user: AnyUser, today: date) -> Iterator[DossierStep]:
    """Yields the answers, the oldest first, including one given on another platform, and the pending one."""
    for move in moves:
        if _kind_of(move) == DossierStepKind.ANSWER:
            yield DossierStep(
                kind=DossierStepKind.ANSWER,
                status=Status.DONE,
                label=label_of(move),
                on=timezone.localdate(move.at),
                url=proposal.get_absolute_url(),
            )
    answers: Iterable[OfficialAnswer] = ()
    if proposal.answered_at:
        answers = proposal.answers.visible_to(user).select_related("service").order_by("published_at", "pk")
    for answer in answers:
        yield DossierStep(
            kind=DossierStepKind.ANSWER,
            status=Status.DONE,
            label=answer.get_decision_display(),
            on=timezone.localdate(answer.published_at),
            by=answer.signature,
            url=f"{proposal.get_absolute_url()}#{answer.anchor}",
        )
    if proposal.state in Proposal.WAITING_STATES and not proposal.source_url:
        due = proposal.answer_due_on
        yield DossierStep(
            kind=DossierStepKind.ANSWER,
            status=_awaited(due, today),
            label=str(DossierStepKind.ANSWER.label),
            due=due,
            by=str(proposal.asked_service or ""),
            url=f"{proposal.get_absolute_url()}#suivi",
        )


def _deliverables(
    proposal: Proposal, moves: Iterable[ProposalStep], pks: Sequence[int], today: date
) -> Iterator[DossierStep]:
    """Yields the steps of the team about the work, then the deliverables of the work programme, by due date."""
    for move in moves:
        if _kind_of(move) == DossierStepKind.DELIVERABLE:
            yield DossierStep(
                kind=DossierStepKind.DELIVERABLE,
                status=Status.DONE,
                label=label_of(move),
                on=timezone.localdate(move.at),
                url=f"{proposal.get_absolute_url()}#suivi",
            )
    rows = ProposalInDeliverable.objects.filter(proposal__in=pks, row__topic__in=TopicPage.objects.published())
    rows = rows.select_related("row__topic").defer("row__topic__body")
    links = _once(rows.order_by("row__topic__number", "row__sort_order", "pk"), proposal)
    document_pks = [link.row.document_id for link in links if link.row.document_id]
    documents = CustomDocument.objects.published().in_bulk(document_pks) if document_pks else {}
    for link in links:
        row = link.row
        yield DossierStep(
            kind=DossierStepKind.DELIVERABLE,
            status=Status.DONE if row.is_done else _awaited(row.due_on, today),
            label=row.title,
            on=row.done_on,
            due=None if row.is_done else row.due_on,
            by=as_public(row.owner),
            place=row.topic.title,
            url=f"{row.topic.url}#livrables",
            document=documents.get(row.document_id),
            about=_other(link, proposal),
        )
    if not links and proposal.state in DELIVERABLE_STATES:
        yield _missing_step(DossierStepKind.DELIVERABLE, never=proposal.state == State.DONE)


def _with_missing_steps(proposal: Proposal, steps: Sequence[DossierStep]) -> list[DossierStep]:
    """Returns `steps` with a placeholder for each missing step: expected, or never made.

    Without a session no minutes are missing; a proposal that is not accepted has nothing to deliver; a merged or
    withdrawn one gets no placeholder.
    """
    if proposal.state in OVER:
        return list(steps)
    by_kind = {kind: [step for step in steps if step.kind == kind] for kind in DossierStepKind}
    is_done = {kind: any(step.status == Status.DONE for step in by_kind[kind]) for kind in DossierStepKind}
    to_be_held = any(step.status == Status.EXPECTED for step in by_kind[DossierStepKind.AGENDA])
    filled: list[DossierStep] = []
    for rank, kind in enumerate(DossierStepKind, 1):
        is_passed = any(is_done[after] for after in list(DossierStepKind)[rank:])
        match kind:
            case DossierStepKind.AGENDA:
                is_needless = bool(by_kind[DossierStepKind.DECISION])
            case DossierStepKind.MINUTES | DossierStepKind.DECISION:
                is_needless = is_passed and not by_kind[DossierStepKind.AGENDA]
                is_passed = is_passed and not to_be_held
            case _:
                is_needless = kind == DossierStepKind.DELIVERABLE and proposal.state == State.NOT_RETAINED
        placeholders = [] if by_kind[kind] or is_needless else [_missing_step(kind, never=is_passed)]
        filled += [*by_kind[kind], *placeholders]
    return filled


def _missing_step(kind: DossierStepKind, *, never: bool) -> DossierStep:
    status, labels = (Status.MISSING, NEVER) if never else (Status.EXPECTED, NOT_YET)
    return DossierStep(kind=kind, status=status, label=str(labels[kind]))


def _kind_of(move: ProposalStep) -> DossierStepKind | None:
    """Returns the kind of step for a change of state; None if it belongs to an answer, which is a step itself."""
    if move.answer_id:
        return None
    if move.to_state in CARRIED_OUT and move.role == ProposalStep.Role.TEAM:
        return DossierStepKind.DELIVERABLE
    return DossierStepKind.ANSWER if move.to_state in Proposal.ANSWERED_STATES else DossierStepKind.IDEA


def _awaited(due: date | None, today: date) -> Status:
    return Status.LATE if due is not None and due < today else Status.EXPECTED


def _other(
    link: ProposalFromWorkshop | ProposalOnAgenda | ProposalInDecision | ProposalInDeliverable, proposal: Proposal
) -> int | None:
    return link.proposal_id if link.proposal_id != proposal.pk else None
