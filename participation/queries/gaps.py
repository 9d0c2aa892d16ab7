"""Where the chains of proposals are broken: each kind of break as a condition of a query, and how it is mended.

A break is in the chain that readers see (`participation.queries.dossier`): a link to what is not published mends none.
What the committee did about a proposal that was merged into another counts for the one that goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.models import Deliverable, SessionPage, SessionQuerySet, TopicPage
from participation.models import Proposal, ProposalInDecision, ProposalInDeliverable, ProposalOnAgenda

State = Proposal.State
# The committee dealt with a proposal and said so: within this time, somebody answers its author.
ANSWER_WITHIN = timedelta(days=30)
PROMISED = (State.ACCEPTED, State.PARTLY_ACCEPTED, State.IN_PROGRESS)
# What mends a break: the form of a session or of a topic, or an official answer.
SESSION, TOPIC, ANSWER = "session", "topic", "answer"

Condition: TypeAlias = Q | Exists


@dataclass(frozen=True)
class Break:
    """A kind of break: what is wrong, what to do, with what, and the condition that is true of such proposals."""

    key: str
    label: Any
    advice: Any
    mend: str
    found: Callable[[datetime], Condition]

    @property
    def name(self) -> str:
        """Its annotation in `broken_chains`."""
        return f"breaks_at_{self.key.replace('-', '_')}"

    def proposals(self, now: datetime) -> QuerySet[Proposal]:
        """Returns the public proposals that have it at `now`."""
        return Proposal.objects.published().filter(self.found(now))


def broken_chains(now: datetime) -> QuerySet[Proposal]:
    """Returns the public proposals with a break at `now`, the oldest first. One query.

    Each says which (`breaks_of`), and which page is to be mended: `session_to_mend`, `topic_to_mend`.
    """
    agenda = ProposalOnAgenda.objects.filter(_about(), row__session__in=_without_minutes(now))
    undelivered = ProposalInDeliverable.objects.filter(_about()).exclude(row__state=Deliverable.State.DONE)
    return (
        Proposal.objects.published()
        .annotate(
            **{kind.name: kind.found(now) for kind in BREAKS},
            session_to_mend=Subquery(agenda.order_by("row__session__starts_at").values("row__session")[:1]),
            topic_to_mend=Coalesce(
                Subquery(undelivered.order_by(F("row__due_on").asc(nulls_last=True)).values("row__topic")[:1]),
                F("topic"),
                output_field=IntegerField(),
            ),
        )
        .filter(Q(*((kind.name, True) for kind in BREAKS), _connector=Q.OR))
        .order_by("published_at", "pk")
    )


def breaks_of(proposal: Proposal) -> list[Break]:
    """Returns the breaks of a row of `broken_chains`."""
    return [kind for kind in BREAKS if getattr(proposal, kind.name)]


def _about() -> Q:
    """The links of a proposal, and of those that were merged into it."""
    return Q(proposal=OuterRef("pk")) | Q(proposal__merged_into=OuterRef("pk"))


def _held(now: datetime) -> SessionQuerySet:
    return SessionPage.objects.published().scheduled().filter(ends_at__lte=now)


def _without_minutes(now: datetime) -> SessionQuerySet:
    return _held(now).minutes_overdue(timezone.localdate(now))


def _delivers(**conditions: Any) -> Exists:
    """There is a deliverable that readers see, with these `conditions`."""
    seen = TopicPage.objects.published()
    return Exists(ProposalInDeliverable.objects.filter(_about(), row__topic__in=seen, **conditions))


def _minutes_are_missing(now: datetime) -> Condition:
    return Exists(ProposalOnAgenda.objects.filter(_about(), row__session__in=_without_minutes(now)))


def _answer_is_missing(now: datetime) -> Condition:
    """It is in minutes, or in a decision, that readers have had for longer than `ANSWER_WITHIN`."""
    before, held = now - ANSWER_WITHIN, _held(now)
    told = ProposalOnAgenda.objects.filter(_about(), row__session__in=held.filter(minutes_published_at__lt=before))
    decided = ProposalInDecision.objects.filter(_about(), row__session__in=held.filter(ends_at__lt=before))
    return Q(state__in=Proposal.WAITING_STATES) & (Q(Exists(told)) | Q(Exists(decided)))


def _deliverable_is_missing(now: datetime) -> Condition:
    return Q(state__in=PROMISED) & ~Q(_delivers())


def _deliverable_is_late(now: datetime) -> Condition:
    return _delivers(row__done_on=None, row__due_on__lt=timezone.localdate(now))


def _nothing_shows_it_is_done(now: datetime) -> Condition:
    return Q(state=State.DONE) & ~Q(_delivers(row__state=Deliverable.State.DONE))


BREAKS = (
    Break(
        "compte-rendu",
        _("Minutes are missing"),
        _("Publish the minutes of the session that dealt with it."),
        SESSION,
        _minutes_are_missing,
    ),
    Break(
        "reponse",
        _("Dealt with, and not answered"),
        _("Publish an official answer, or remind the service."),
        ANSWER,
        _answer_is_missing,
    ),
    Break(
        "livrable",
        _("Accepted, and nothing is planned"),
        _("Add a deliverable to its topic, with the number of the proposal."),
        TOPIC,
        _deliverable_is_missing,
    ),
    Break(
        "retard",
        _("Deliverable late"),
        _("Write when it was delivered, or give another date."),
        TOPIC,
        _deliverable_is_late,
    ),
    Break(
        "preuve",
        _("Done, and nothing shows it"),
        _("Add what was delivered to its topic, with its date and the number of the proposal."),
        TOPIC,
        _nothing_shows_it_is_done,
    ),
)
