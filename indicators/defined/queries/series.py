"""Values of an indicator by period, including missing ones and the reason."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.templatetags.dates import short_day
from indicators.defined.queries.values import value_words
from indicators.hooks import Period
from indicators.models import Indicator, Measurement

# A value is late only after this time: sources publish their figures some time after the period.
PATIENCE = timedelta(days=30)
# Number of values that fit in the chart of a card.
MAX_DRAWN = 8


class Absence(StrEnum):
    """Reason why a period has no value."""

    NOT_DUE = "not_due"
    TOO_SMALL = "too_small"
    LATE = "late"


@dataclass(frozen=True)
class PeriodRow:
    """Period of an indicator: its current value, its corrected values (newest first), or the reason for its absence."""

    period: Period
    measurement: Measurement | None = None
    corrected: list[Measurement] = field(default_factory=list)
    absence: Absence | None = None
    due_on: date | None = None
    # Last of several consecutive late periods grouped in this line.
    until: Period | None = None

    @property
    def period_words(self) -> str:
        """Period in words: « 2019 », or « 2022 à 2025 » for several."""
        if self.until is None:
            return self.period.words
        return _("%(first)s to %(last)s") % {"first": self.period.words, "last": self.until.words}

    @property
    def words(self) -> str:
        """Value in words, « 62 % », or the reason for its absence."""
        measurement = self.measurement
        return (
            self.absence_words
            if measurement is None or self.absence
            else value_words(measurement.indicator, measurement)
        )

    @property
    def corrections(self) -> list[tuple[str, str]]:
        """Corrected values, newest first, each with the reason given by its correction."""
        newer = [self.measurement, *self.corrected]
        return [
            (value_words(old.indicator, old), new.reason if new else "")
            for old, new in zip(self.corrected, newer, strict=False)
        ]

    @property
    def absence_words(self) -> str:
        """Absence, as « source manquante depuis le 30 janvier 2020 », « moins de 5 réponses : pas de chiffre »."""
        if self.absence is Absence.LATE and self.due_on:
            return _("source missing since %(day)s") % {"day": short_day(self.due_on)}
        if self.absence is Absence.NOT_DUE and self.due_on:
            return _("not due yet, expected by %(day)s") % {"day": short_day(self.due_on)}
        return value_words(self.measurement.indicator, self.measurement) if self.measurement and self.absence else ""


def due_day(period: Period) -> date:
    """Returns the last day on which a value of `period` is in time."""
    return period.last + PATIENCE


def past_periods(indicator: Indicator, first: Period | None, today: date) -> list[Period]:
    """Returns the past periods of `indicator` on `today`, from that of its adoption, or from `first` if earlier.

    For an abandoned indicator, returns those that ended before it was abandoned.
    """
    if indicator.adopted_at is None:
        return []
    until = timezone.localdate(indicator.left_at) if indicator.left_at else today
    period = Period.around(timezone.localdate(indicator.adopted_at), indicator.frequency)
    if first and first.first < period.first:
        period = Period.around(first.first, indicator.frequency)
    periods = []
    while period.last < until:
        periods.append(period)
        period = period.next
    return periods


def open_periods(indicator: Indicator, today: date) -> list[Period]:
    """Returns the past periods without a value, for which one can be added, latest first. Two queries."""
    recorded = set(indicator.measurements.values_list("period", flat=True))  # type: ignore[attr-defined]
    return [
        period
        for period in reversed(past_periods(indicator, indicator.first_period(), today))
        if period.key not in recorded
    ]


def lines_of(indicator: Indicator, measurements: Iterable[Measurement], today: date) -> list[PeriodRow]:
    """Returns the lines of `indicator`, oldest first, from all its `measurements`. No query."""
    chains: dict[str, list[Measurement]] = defaultdict(list)
    for measurement in sorted(measurements, key=lambda measurement: measurement.pk):
        chains[measurement.period].append(measurement)
    stored = {key: Period.named(key) for key in chains}
    first = min(stored.values(), key=lambda period: period.first, default=None)
    expected = {period.key: period for period in past_periods(indicator, first, today)}
    if indicator.is_adopted and not expected:
        coming = Period.around(timezone.localdate(indicator.adopted_at), indicator.frequency)
        expected = {coming.key: coming}
    periods = sorted((expected | stored).values(), key=lambda period: (period.last, period.first))
    return [_line(period, chains.get(period.key, []), today) for period in periods]


def _line(period: Period, chain: list[Measurement], today: date) -> PeriodRow:
    due_on = due_day(period)
    if not chain:
        return PeriodRow(period, absence=Absence.LATE if due_on < today else Absence.NOT_DUE, due_on=due_on)
    *corrected, current = chain
    absence = Absence.TOO_SMALL if current.value is None else None
    return PeriodRow(period, current, corrected[::-1], absence, due_on)


def newest_first(lines: Iterable[PeriodRow]) -> list[PeriodRow]:
    """Returns `lines` from latest to oldest; consecutive late periods are grouped in one line."""
    grouped: list[PeriodRow] = []
    for is_late, group in groupby(reversed(list(lines)), key=lambda line: line.absence is Absence.LATE):
        newest, *older = group
        if is_late and older:
            newest = replace(older[-1], until=newest.period)
            older = []
        grouped += [newest, *older]
    return grouped


def last_values(indicators: Iterable[Indicator]) -> dict[int, list[Measurement]]:
    """Returns the last values of each of `indicators` by primary key, oldest first. One query."""
    by_indicator: dict[int, list[Measurement]] = defaultdict(list)
    measurements = Measurement.objects.current().filter(indicator__in=indicators, value__isnull=False)
    for measurement in measurements.only("indicator", "period", "value").latest_first().reverse():
        by_indicator[measurement.indicator_id].append(measurement)
    return defaultdict(list, {pk: values[-MAX_DRAWN:] for pk, values in by_indicator.items()})


def waiting_periods(indicators: QuerySet[Indicator], today: date) -> dict[Indicator, list[Period]]:
    """Returns the past periods without a value of each of `indicators` that has any. Two queries."""
    rows = list(indicators)
    recorded = defaultdict(set)
    for pk, period in Measurement.objects.filter(indicator__in=rows).values_list("indicator", "period").distinct():
        recorded[pk].add(period)
    missing = {
        indicator: [p for p in past_periods(indicator, None, today) if p.key not in recorded[indicator.pk]]
        for indicator in rows
    }
    return {indicator: periods for indicator, periods in missing.items() if periods}


def late_indicators(today: date) -> dict[Indicator, list[Period]]:
    """Returns the adopted indicators with late values, each with its late periods, oldest first. Two queries."""
    waiting = waiting_periods(Indicator.objects.adopted().select_related("topic"), today)
    late = {
        indicator: [period for period in periods if due_day(period) < today] for indicator, periods in waiting.items()
    }
    return {indicator: periods for indicator, periods in late.items() if periods}
