"""Queries of the indicator pages: list by topic, one indicator with its chart, section of a topic page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from committee.hooks import SectionItem, TopicSection
from committee.models import SessionPage, TopicPage
from common.charts.over_time import Point
from common.charts.over_time import StepLineChart as LineChart
from common.charts.values import Hidden, plain_number
from common.templatetags.dates import short_day
from indicators.defined.queries.sentences import (
    IndicatorStatus,
    day_words,
    progress_of,
    standings_of,
)
from indicators.defined.queries.series import PeriodRow, last_values, lines_of, newest_first
from indicators.defined.queries.values import number_words
from indicators.hooks import Measure, Period, Reading
from indicators.models import Adoption, Indicator, Measurement
from indicators.restitution.queries.figures import INDICATOR


@dataclass(frozen=True)
class Group:
    """Adopted indicators of a topic; `topic` is None for indicators without a published topic."""

    topic: TopicPage | None
    standings: list[IndicatorStatus]


@dataclass(frozen=True)
class Overview:
    """List of the indicators."""

    groups: list[Group] = field(default_factory=list)
    proposed: list[Indicator] = field(default_factory=list)
    left: list[Indicator] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.groups or self.proposed or self.left)


@dataclass(frozen=True)
class Change:
    """A later adoption: its date, and each changed field as (name, words before, words after)."""

    adoption: Adoption
    fields: list[tuple[str, str, str]]

    @property
    def day(self) -> date:
        return timezone.localdate(self.adoption.recorded_at)


@dataclass(frozen=True)
class Detail:
    """Content of the page of an indicator."""

    standing: IndicatorStatus
    lines: list[PeriodRow]
    chart: LineChart
    adoptions: list[Adoption]
    session: SessionPage | None
    topic: TopicPage | None

    @property
    def newest_first(self) -> list[PeriodRow]:
        return newest_first(self.lines)

    @property
    def changes(self) -> list[Change]:
        """Changes made by each adoption after the first, latest first.

        An indicator that was abandoned may be adopted again without a change.
        """
        pairs = list(pairwise(self.adoptions))
        changes = [Change(after, _changed_terms(before, after)) for before, after in reversed(pairs)]
        return [change for change in changes if change.fields]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Facts of the side box, as (label, value)."""
        indicator = self.standing.indicator
        return [
            (_("State"), indicator.state_label),
            (_("How often"), indicator.get_frequency_display()),
            (_("Which way is better"), indicator.get_better_display()),
            (_("Value at the start"), _dated(indicator.baseline, indicator.baseline_on, indicator.unit)),
            (_("Target"), _dated(indicator.target, indicator.target_on, indicator.unit)),
            (_("For which places"), indicator.grain),
        ]

    @property
    def has_bases(self) -> bool:
        """True if any value is a percentage or a median with a known base."""
        return any(line.measurement and line.measurement.base is not None for line in self.lines)


def overview(today: date) -> Overview:
    """Returns all indicators, the adopted ones by topic, those without a topic last. Four queries."""
    rows = list(Indicator.objects.order_by("title"))
    topics = {topic.pk: topic for topic in TopicPage.objects.published().defer("body")}
    adopted = [indicator for indicator in rows if indicator.is_adopted]
    values = last_values(adopted)
    standings = [
        replace(status, chart=_small_chart(status.indicator, values[status.indicator.pk]))
        for status in standings_of(adopted, today)
    ]
    groups = [
        Group(topic, [status for status in standings if status.indicator.topic_id == pk])
        for pk, topic in topics.items()
    ]
    groups.append(Group(None, [status for status in standings if status.indicator.topic_id not in topics]))
    return Overview(
        [group for group in groups if group.standings],
        [indicator for indicator in rows if indicator.state == Indicator.State.PROPOSED],
        [indicator for indicator in rows if indicator.state == Indicator.State.LEFT],
    )


def detail(indicator: Indicator, today: date) -> Detail:
    """Returns the content of the page of `indicator`. Four queries, whatever the number of values."""
    measurements = list(indicator.measurements.defer("query").order_by("pk"))
    for measurement in measurements:
        measurement.indicator = indicator
    lines = lines_of(indicator, measurements, today)
    current = next((line.measurement for line in reversed(lines) if line.measurement), None)
    adoptions = list(indicator.adoptions.all())
    return Detail(
        standing=IndicatorStatus(indicator, current, progress_of(indicator, current, today)),
        lines=lines,
        chart=chart_of(indicator, lines),
        adoptions=adoptions,
        session=SessionPage.objects.published().filter(pk=indicator.session_id).defer("minutes").first(),
        topic=TopicPage.objects.published().filter(pk=indicator.topic_id).first() if indicator.topic_id else None,
    )


def chart_of(indicator: Indicator, lines: list[PeriodRow]) -> LineChart:
    """Returns the step chart of `indicator` with its target, up to its last value. No query."""
    lines = lines[: max((place for place, line in enumerate(lines, start=1) if line.measurement), default=None)]
    notes = [line_note for line in lines if (line_note := _note(line))]
    return _line(indicator, [Point(line.period.words, _point(line)) for line in lines], notes)


def _small_chart(indicator: Indicator, values: list[Measurement]) -> LineChart | None:
    """Returns the chart of `values` and the target for the card of `indicator`, or None without values."""
    points = [
        Point(measurement.period, plain_number(measurement.value))
        for measurement in values
        if measurement.value is not None
    ]
    return _line(indicator, points) if points else None


def _line(indicator: Indicator, points: list[Point], notes: Sequence[str] = ()) -> LineChart:
    return LineChart(
        title=indicator.title,
        head=_("Period"),
        value_head=indicator.unit or _("Value"),
        unit=indicator.unit,
        target=plain_number(indicator.target) if indicator.target is not None else None,
        points=points,
        notes=notes,
        nothing=_("There is no value yet."),
    )


def _point(line: PeriodRow) -> int | float | Hidden | None:
    if line.measurement is None:
        return None
    return Hidden(line.absence_words) if line.measurement.value is None else plain_number(line.measurement.value)


def _note(line: PeriodRow) -> str:
    return f"{line.period.words} : {line.measurement.note}" if line.measurement and line.measurement.note else ""


def topic_section(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """Returns the section of the page of `topic` with its adopted indicators, or None."""
    standings = standings_of(Indicator.objects.adopted().filter(topic=topic), timezone.localdate())
    if not standings:
        return None
    return TopicSection(
        order=16,
        key="indicateurs",
        title=_("Indicators"),
        pictogram="indicators",
        items=[_card(status) for status in standings],
        more_url=reverse("indicators:indicators"),
        more_label=_("All indicators"),
        chart=_chart_of_first(standings),
    )


def _chart_of_first(standings: list[IndicatorStatus]) -> LineChart | None:
    """Returns the chart of the first of `standings` with a value, or None. One query at most."""
    indicator = next((status.indicator for status in standings if status.measurement), None)
    if indicator is None:
        return None
    measurements = list(indicator.measurements.defer("query").order_by("pk"))
    for measurement in measurements:
        measurement.indicator = indicator
    return chart_of(indicator, lines_of(indicator, measurements, timezone.localdate()))


def _card(status: IndicatorStatus) -> SectionItem:
    return SectionItem(
        title=status.indicator.title,
        url=status.indicator.get_absolute_url(),
        meta=status.figures_with_period,
        state=status.progress.label,
        badge_kind=status.progress.value,
    )


def figures_of_year(year: Period) -> Iterator[Measure]:
    """Yields a measure for each indicator with a value in `year`, for the annual report: the last value of the year."""
    of_year = Measurement.objects.current().filter(period__startswith=f"{year.year}")
    for indicator in Indicator.objects.filter(pk__in=of_year.values("indicator")).order_by("title"):
        rows = of_year.filter(indicator=indicator)
        yield Measure(
            key=f"{INDICATOR}{indicator.slug}",
            section=_("Indicators"),
            label=indicator.title,
            definition=indicator.definition or indicator.question,
            rows=rows.latest_first().defer("query"),
            value=lambda queryset, indicator=indicator, year=year: _reading(queryset.first(), indicator, year),  # type: ignore[misc]
        )


def _reading(measurement: Measurement | None, indicator: Indicator, year: Period) -> Reading:
    if measurement is None:
        return Reading(None)
    status = IndicatorStatus(indicator, measurement, progress_of(indicator, measurement, year.next.first))
    return Reading(None, words=status.sentence_with_period)


def _changed_terms(before: Adoption, after: Adoption) -> list[tuple[str, str, str]]:
    """Returns the fields that differ, as (name, words before, words after)."""
    return [
        (str(field.verbose_name), _term(before, field.name), _term(after, field.name))
        for field in Adoption._meta.concrete_fields
        if field.name in Adoption.FROZEN and getattr(before, field.name) != getattr(after, field.name)
    ]


def _term(adoption: Adoption, name: str) -> str:
    value = getattr(adoption, name)
    if value in (None, ""):
        return _("nothing")
    if name in ("better", "frequency"):
        return str(getattr(adoption, f"get_{name}_display")())
    if isinstance(value, Decimal):
        return number_words(value, adoption.unit)
    return short_day(value) if isinstance(value, date) else str(value)


def _dated(value: Decimal | None, day: date | None, unit: str) -> str:
    """Returns « 80 % fin 2019 », or "" without a value or day."""
    return f"{number_words(value, unit)} {day_words(day)}" if value is not None and day else ""
