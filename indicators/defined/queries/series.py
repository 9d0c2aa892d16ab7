"""Values of an indicator, period after period: what is there, what is missing, and why."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.templatetags.dates import short_day
from indicators.defined.queries.values import value_words
from indicators.hooks import Period
from indicators.models import Indicator, Measurement

# A source publishes its figures after the period, not on its last day.
PATIENCE = timedelta(days=30)


class Absence(StrEnum):
    """Why a period has no value."""

    NOT_DUE = "not_due"
    TOO_SMALL = "too_small"
    LATE = "late"

    @property
    def words(self) -> str:
        return str(ABSENCES[self])


ABSENCES = {
    Absence.NOT_DUE: gettext_lazy("not due yet"),
    Absence.TOO_SMALL: gettext_lazy("base too small"),
    Absence.LATE: gettext_lazy("source missing"),
}


@dataclass(frozen=True)
class Line:
    """A period of an indicator: its current value, the values that were corrected, the newest first, or an absence."""

    period: Period
    measurement: Measurement | None = None
    corrected: list[Measurement] = field(default_factory=list)
    absence: Absence | None = None
    due_on: date | None = None

    @property
    def words(self) -> str:
        """« 62 % », or the words of an absence."""
        shown = self.measurement
        return self.absence_words if shown is None or self.absence else value_words(shown.indicator, shown)

    @property
    def corrections(self) -> list[tuple[str, str]]:
        """The values that were corrected, the newest first, each with the reason that the next one gives."""
        newer = [self.measurement, *self.corrected]
        return [
            (value_words(old.indicator, old), new.reason if new else "")
            for old, new in zip(self.corrected, newer, strict=False)
        ]

    @property
    def absence_words(self) -> str:
        """« source manquante depuis le 30 janvier 2020 », « pas encore attendue, avant le 30 janvier 2020 »."""
        if self.absence is Absence.LATE and self.due_on:
            return _("source missing since %(day)s") % {"day": short_day(self.due_on)}
        if self.absence is Absence.NOT_DUE and self.due_on:
            return _("not due yet, expected by %(day)s") % {"day": short_day(self.due_on)}
        return self.absence.words if self.absence else ""


def due_day(period: Period) -> date:
    """The last day on which a value of `period` is in time."""
    return period.last + PATIENCE


def over_periods(indicator: Indicator, first: Period | None, today: date) -> list[Period]:
    """Returns the periods of `indicator` that are over on `today`, from that of its adoption on, or `first` if earlier.

    Of one that was left, those that ended before.
    """
    if indicator.adopted_at is None:
        return []
    until = timezone.localdate(indicator.left_at) if indicator.left_at else today
    period = Period.around(timezone.localdate(indicator.adopted_at), indicator.frequency)
    if first and first.first < period.first:
        period = Period.around(first.first, indicator.frequency)
    found = []
    while period.last < until:
        found.append(period)
        period = period.next
    return found


def open_periods(indicator: Indicator, today: date) -> list[Period]:
    """Returns the periods for which a person may add a value: over, without any, the last one first. Two queries."""
    there = set(indicator.measurements.values_list("period", flat=True))  # type: ignore[attr-defined]
    return [one for one in reversed(over_periods(indicator, indicator.first_period(), today)) if one.key not in there]


def lines_of(indicator: Indicator, measurements: Iterable[Measurement], today: date) -> list[Line]:
    """Returns the periods of `indicator`, the first one first, from all its `measurements`. No query."""
    chains: dict[str, list[Measurement]] = defaultdict(list)
    for one in sorted(measurements, key=lambda one: one.pk):
        chains[one.period].append(one)
    stored = {key: Period.named(key) for key in chains}
    first = min(stored.values(), key=lambda period: period.first, default=None)
    expected = {period.key: period for period in over_periods(indicator, first, today)}
    if indicator.is_adopted and not expected:
        coming = Period.around(timezone.localdate(indicator.adopted_at), indicator.frequency)
        expected = {coming.key: coming}
    periods = sorted((expected | stored).values(), key=lambda period: (period.last, period.first))
    return [_line(period, chains.get(period.key, []), today) for period in periods]


def _line(period: Period, chain: list[Measurement], today: date) -> Line:
    due_on = due_day(period)
    if not chain:
        return Line(period, absence=Absence.LATE if due_on < today else Absence.NOT_DUE, due_on=due_on)
    *corrected, current = chain
    absence = Absence.TOO_SMALL if current.value is None else None
    return Line(period, current, corrected[::-1], absence, due_on)


def waiting_periods(indicators: QuerySet[Indicator], today: date) -> dict[Indicator, list[Period]]:
    """Returns the periods that are over and have no value, of those of `indicators` that have any. Two queries."""
    rows = list(indicators)
    there = defaultdict(set)
    for pk, period in Measurement.objects.filter(indicator__in=rows).values_list("indicator", "period").distinct():
        there[pk].add(period)
    found = {one: [p for p in over_periods(one, None, today) if p.key not in there[one.pk]] for one in rows}
    return {one: periods for one, periods in found.items() if periods}


def late_indicators(today: date) -> dict[Indicator, list[Period]]:
    """Returns the adopted indicators of which a value is late, with these periods, the oldest first. Two queries."""
    waiting = waiting_periods(Indicator.objects.adopted().select_related("topic"), today)
    late = {one: [period for period in periods if due_day(period) < today] for one, periods in waiting.items()}
    return {one: periods for one, periods in late.items() if periods}
