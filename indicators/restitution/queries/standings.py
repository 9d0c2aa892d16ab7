"""Numbers of proposals and of deliverables by state: the charts of the report, measured with its figures."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from committee.models import Deliverable, TopicPage
from indicators.hooks import Measure, Period
from indicators.restitution.queries.figures import STANDING, Figure
from participation.models import Proposal

PROPOSALS, DELIVERABLES = f"{STANDING}proposals.", f"{STANDING}deliverables."
IN_TIME, AFTER_ITS_DAY, ONGOING, PLANNED, LATE = "in-time", "after-its-day", "ongoing", "planned", "late"


def measures(year: Period, today: date) -> Iterator[Measure]:
    """Yields the number of proposals and of deliverables of `year` in each state on `today`, zero included."""
    yield from _proposals(year)
    yield from _deliverables(year, today)


def are_measured(figures: Iterable[Figure]) -> bool:
    """Returns whether the report stores the numbers of its charts: false for one of an earlier version."""
    return any(figure.key.startswith(STANDING) for figure in figures)


def counts_of(figures: Iterable[Figure], year: Period, today: date) -> dict[str, dict[str, int]]:
    """Returns the stored numbers by state for `PROPOSALS` and `DELIVERABLES`, or those of `today`."""
    counts = {figure.key: int(figure.value or 0) for figure in figures if figure.key.startswith(STANDING)}
    counts = counts or {measure.key: measure.rows.count() for measure in measures(year, today)}
    return {
        prefix: {key.removeprefix(prefix): count for key, count in counts.items() if key.startswith(prefix)}
        for prefix in (PROPOSALS, DELIVERABLES)
    }


def _proposals(year: Period) -> Iterator[Measure]:
    published = Proposal.objects.published().filter(**year.during("published_at"))
    for state in Proposal.PUBLIC_STATES:
        yield Measure(
            key=f"{PROPOSALS}{state}",
            section=_("Proposals and answers"),
            label=_("Proposals: %(state)s") % {"state": Proposal.State(state).label},
            definition=_("Proposals published in the year that are in this state."),
            rows=published.filter(state=state),
        )


def _deliverables(year: Period, today: date) -> Iterator[Measure]:
    measure = partial(
        Measure,
        section=_("Work programme"),
        definition=_("Deliverables of the year that are in this state on the day of the measure."),
    )
    State = Deliverable.State
    expected = Deliverable.objects.of_year(year.year).filter(topic__in=TopicPage.objects.published())
    in_time = Q(due_on=None) | Q(done_on__lte=F("due_on"))
    late = ~Q(state=State.DONE) & Q(due_on__lt=today)
    kinds = (
        (IN_TIME, _("Delivered in time"), Q(in_time, state=State.DONE)),
        (AFTER_ITS_DAY, _("Delivered late"), Q(~in_time, state=State.DONE)),
        (ONGOING, State.ONGOING.label, Q(~late, state=State.ONGOING)),
        (PLANNED, State.PLANNED.label, Q(~late, state=State.PLANNED)),
        (LATE, pgettext("dossier", "Late"), late),
    )
    for key, state, condition in kinds:
        label = _("Deliverables: %(state)s") % {"state": state}
        yield measure(key=f"{DELIVERABLES}{key}", label=label, rows=expected.filter(condition))
