"""Progress of an indicator in one sentence: « 62 %, objectif 80 % fin 2019, en retard »."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.charts.over_time import StepLineChart as LineChart
from common.templatetags.dates import short_day
from indicators.defined.queries.values import number_words, value_words
from indicators.hooks import MONTHS_OF_A_YEAR, Period
from indicators.models import Indicator, Measurement


class Progress(StrEnum):
    """Progress of a value towards its target. The values are badge kinds."""

    REACHED = "yes"
    ON_TRACK = "ongoing"
    LATE = "no"
    NONE = ""

    @property
    def words(self) -> str:
        return str(PROGRESS[self]) if self else ""

    @property
    def label(self) -> str:
        """Capitalised label: « En retard »."""
        return self.words[:1].upper() + self.words[1:]


PROGRESS = {
    Progress.REACHED: gettext_lazy("reached"),
    Progress.ON_TRACK: gettext_lazy("on the way"),
    Progress.LATE: pgettext_lazy("indicator", "late"),
}


@dataclass(frozen=True)
class IndicatorStatus:
    """Status of an indicator: latest value with its period, progress, and the sentence made of them.

    Use `figures` alone beside a badge, which shows the progress already.
    """

    indicator: Indicator
    measurement: Measurement | None
    progress: Progress
    # Chart of its last values and its target, in lists that show it.
    chart: LineChart | None = None

    @property
    def value_words(self) -> str:
        return value_words(self.indicator, self.measurement) if self.measurement else ""

    @property
    def period_words(self) -> str:
        return Period.named(self.measurement.period).words if self.measurement else ""

    @property
    def figures(self) -> str:
        """Value and target: « 62 %, objectif 80 % fin 2019 »."""
        value = self.value_words or _("No value yet")
        return ", ".join(filter(None, [value, target_words(self.indicator)]))

    @property
    def figures_with_period(self) -> str:
        """Period, value and target: « 2019 : 62 %, objectif 80 % fin 2019 »."""
        return f"{self.period_words} : {self.figures}" if self.measurement else self.figures

    @property
    def sentence(self) -> str:
        """Value, target and progress: « 62 %, objectif 80 % fin 2019, en retard »."""
        return ", ".join(filter(None, [self.figures, self.progress.words]))

    @property
    def sentence_with_period(self) -> str:
        """Period, value, target and progress: « 2019 : 62 %, objectif 80 % fin 2019, en retard »."""
        return ", ".join(filter(None, [self.figures_with_period, self.progress.words]))


def target_words(indicator: Indicator) -> str:
    """Returns « objectif 80 % fin 2019 »; "" without a target."""
    if indicator.target is None or indicator.target_on is None:
        return ""
    parameters = {"value": number_words(indicator.target, indicator.unit), "day": day_words(indicator.target_on)}
    return _("target %(value)s %(day)s") % parameters


def day_words(day: date) -> str:
    """Returns « fin 2019 », « fin juin 2019 », or « le 14 juin 2019 »."""
    if (day + timedelta(days=1)).day != 1:
        return _("on %(day)s") % {"day": short_day(day)}
    return _("at the end of %(month)s") % {
        "month": str(day.year) if day.month == MONTHS_OF_A_YEAR else date_format(day, "F Y")
    }


def progress_of(indicator: Indicator, measurement: Measurement | None, today: date) -> Progress:
    """Returns the progress of the value: reached, late, or on track.

    Late means past the day of the target, or before that day behind the straight line from the baseline to the target.
    """
    if indicator.target is None or indicator.target_on is None or measurement is None or measurement.value is None:
        return Progress.NONE
    way = 1 if indicator.better == Indicator.Better.UP else -1
    if way * (measurement.value - indicator.target) >= 0:
        return Progress.REACHED
    if indicator.target_on < today:
        return Progress.LATE
    if indicator.baseline is None or indicator.baseline_on is None or indicator.baseline_on >= indicator.target_on:
        return Progress.ON_TRACK
    last = Period.named(measurement.period).last
    part = Decimal((last - indicator.baseline_on).days) / (indicator.target_on - indicator.baseline_on).days
    line = indicator.baseline + (indicator.target - indicator.baseline) * min(max(part, Decimal(0)), Decimal(1))
    return Progress.ON_TRACK if way * (measurement.value - line) >= 0 else Progress.LATE


def standings_of(indicators: Iterable[Indicator], today: date) -> list[IndicatorStatus]:
    """Returns the status of each of `indicators` by its latest period. One query for all the values."""
    rows = list(indicators)
    latest = Measurement.objects.current().filter(indicator=OuterRef("pk")).latest_first().values("pk")[:1]
    indicator_rows = Indicator.objects.filter(pk__in=[indicator.pk for indicator in rows]).order_by()
    latest_by_indicator = {
        measurement.indicator_id: measurement
        for measurement in Measurement.objects.filter(pk__in=indicator_rows.values(latest=Subquery(latest))).defer(
            "query", "note"
        )
    }
    return [
        IndicatorStatus(
            indicator,
            latest_by_indicator.get(indicator.pk),
            progress_of(indicator, latest_by_indicator.get(indicator.pk), today),
        )
        for indicator in rows
    ]
