"""Gaps in the follow-up of proposals: each kind as a query condition, with the form that fills it.

A gap is one in the public dossier (`participation.queries.dossier`): a link to an unpublished object does not fill it.
Actions of the committee on a merged proposal count for the one into which it was merged.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.models import Deliverable, SessionPage, SessionQuerySet, TopicPage
from participation.models import OfficialAnswer, Proposal, ProposalInDecision, ProposalInDeliverable, ProposalOnAgenda

State = Proposal.State
# Maximum time between a published treatment by the committee and the answer to the author.
ANSWER_WITHIN = timedelta(days=30)
# Time after an answer in which the committee adds what it announces, or what shows that it is done.
GRACE = timedelta(days=30)
# Accepted and not done: an answer says what comes next, or a deliverable is planned.
UNDELIVERED_STATES = (State.ACCEPTED, State.PARTLY_ACCEPTED, State.IN_PROGRESS)
# Where a gap is filled: in the form of a session or of a topic, or by an official answer.
SESSION, TOPIC, ANSWER = "session", "topic", "answer"
# Key of the only gap that the dashboard shows in another panel.
LATE_ANSWER = "reponse-en-retard"


@dataclass(frozen=True)
class FollowUpGap:
    """Kind of gap: description, next step, form to use, and query condition.

    The condition is true or false, never null: it is annotated, and excluded.
    """

    key: str
    label: Any
    advice: Any
    fixed_in: str
    condition: Callable[[datetime], Q]

    @property
    def name(self) -> str:
        """Name of its annotation in `proposals_with_gaps`."""
        return f"has_gap_{self.key.replace('-', '_')}"

    def proposals(self, now: datetime) -> QuerySet[Proposal]:
        """Returns the public proposals that have the gap at `now`."""
        return Proposal.objects.published().filter(self.condition(now))


def proposals_with_gaps(now: datetime) -> QuerySet[Proposal]:
    """Returns the public proposals with a gap at `now`, the oldest first.

    One query. Annotated with each gap (see `gaps_of`), and with the pages to edit: `session_to_fix`, `topic_to_fix`.
    """
    agenda = ProposalOnAgenda.objects.filter(_about(), row__session__in=_without_minutes(now))
    undelivered = ProposalInDeliverable.objects.filter(_about()).exclude(row__state=Deliverable.State.DONE)
    return (
        Proposal.objects.published()
        .annotate(
            **{gap.name: gap.condition(now) for gap in FOLLOW_UP_GAPS},
            session_to_fix=Subquery(agenda.order_by("row__session__starts_at").values("row__session")[:1]),
            topic_to_fix=Coalesce(
                Subquery(undelivered.order_by(F("row__due_on").asc(nulls_last=True)).values("row__topic")[:1]),
                F("topic"),
                output_field=IntegerField(),
            ),
        )
        .filter(has_one_of(FOLLOW_UP_GAPS))
        .order_by("published_at", "pk")
    )


def has_one_of(gaps: Iterable[FollowUpGap]) -> Q:
    """Returns the condition on rows of `proposals_with_gaps` that have one of `gaps`; none has one of no gaps."""
    condition = Q(pk__in=())
    for gap in gaps:
        condition |= Q(**{gap.name: True})
    return condition


def gaps_of(proposal: Proposal) -> list[FollowUpGap]:
    """Returns the gaps of a row of `proposals_with_gaps`."""
    return [gap for gap in FOLLOW_UP_GAPS if getattr(proposal, gap.name)]


def _about() -> Q:
    """Returns the condition on links of a proposal, and of those merged into it."""
    return Q(proposal=OuterRef("pk")) | Q(proposal__merged_into=OuterRef("pk"))


def _concerned(links: QuerySet) -> Q:
    """Returns the condition on proposals in `links`, and on those into which these were merged.

    By primary key instead of a correlated subquery: the database reads the links once, for any number of proposals.
    """
    merged = links.filter(proposal__merged_into__isnull=False).values("proposal__merged_into")
    return Q(pk__in=links.values("proposal")) | Q(pk__in=merged)


def _held(now: datetime) -> SessionQuerySet:
    return SessionPage.objects.published().held(now)


def _without_minutes(now: datetime) -> SessionQuerySet:
    return _held(now).minutes_overdue(timezone.localdate(now))


def _delivers(**conditions: Any) -> Q:
    """Returns the condition on proposals with a public deliverable that meets `conditions`."""
    topics = TopicPage.objects.published().order_by().values("pk")
    return _concerned(ProposalInDeliverable.objects.filter(row__topic__in=topics, **conditions))


def _minutes_are_missing(now: datetime) -> Q:
    return _concerned(ProposalOnAgenda.objects.filter(row__session__in=_without_minutes(now)))


def _answer_is_missing(now: datetime) -> Q:
    """Returns the condition on proposals in minutes, or in a decision, published longer ago than `ANSWER_WITHIN`."""
    before, held = now - ANSWER_WITHIN, _held(now)
    on_agenda = ProposalOnAgenda.objects.filter(row__session__in=held.filter(minutes_published_at__lt=before))
    decided = ProposalInDecision.objects.filter(row__session__in=held.filter(ends_at__lt=before))
    return Q(state__in=Proposal.WAITING_STATES) & (_concerned(on_agenda) | _concerned(decided))


def _answer_is_late(now: datetime) -> Q:
    due = Q(answer_due_on__isnull=False, answer_due_on__lt=timezone.localdate(now))
    return Q(state__in=Proposal.WAITING_STATES) & due


def _grace_is_over(now: datetime) -> Q:
    """Returns the condition on proposals last answered, or published without an answer, longer ago than `GRACE`."""
    before = now - GRACE
    answered = Q(answered_at__isnull=False, answered_at__lt=before)
    return answered | Q(answered_at__isnull=True, published_at__lt=before)


def _nothing_comes_next(now: datetime) -> Q:
    says_what = OfficialAnswer.objects.newest().exclude(next_steps="").order_by().values("proposal")
    return Q(state__in=UNDELIVERED_STATES) & _grace_is_over(now) & ~Q(pk__in=says_what) & ~_delivers()


def _deliverable_is_late(now: datetime) -> Q:
    return _delivers(row__done_on=None, row__due_on__lt=timezone.localdate(now))


def _nothing_shows_it_is_done(now: datetime) -> Q:
    return Q(state=State.DONE) & _grace_is_over(now) & ~_delivers(row__state=Deliverable.State.DONE)


FOLLOW_UP_GAPS = (
    FollowUpGap(
        "compte-rendu",
        _("Minutes are missing"),
        _("Publish the minutes of the session that dealt with it."),
        SESSION,
        _minutes_are_missing,
    ),
    FollowUpGap(
        "reponse",
        _("Dealt with, and not answered"),
        _("Publish an official answer, or remind the service."),
        ANSWER,
        _answer_is_missing,
    ),
    FollowUpGap(
        LATE_ANSWER,
        _("Answer late"),
        _("Publish an official answer, or remind the service."),
        ANSWER,
        _answer_is_late,
    ),
    FollowUpGap(
        "livrable",
        _("Accepted, and nothing says what comes next"),
        _("Add a deliverable to its topic, with the number of the proposal, or publish an answer that says it."),
        TOPIC,
        _nothing_comes_next,
    ),
    FollowUpGap(
        "retard",
        _("Deliverable late"),
        _("Write when it was delivered, or give another date."),
        TOPIC,
        _deliverable_is_late,
    ),
    FollowUpGap(
        "preuve",
        _("Done, and nothing shows it"),
        _("Add what was delivered to its topic, with its date and the number of the proposal."),
        TOPIC,
        _nothing_shows_it_is_done,
    ),
)
