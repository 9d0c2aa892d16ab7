"""Grouped horizontal bars, for the committee compared to the population, or the results of a poll."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.charts.frame import Chart, ChartTable, ChartTableRow
from common.charts.values import Mark, Series, Text, Value, in_words, largest, mark


@dataclass(frozen=True)
class Group:
    """Group of bars: a value for each series. `facts` are numbers that are not drawn, `badge` a label of the group."""

    label: Text
    values: Sequence[Value]
    facts: Sequence[Value] = ()
    badge: Text = ""


@dataclass(frozen=True, kw_only=True)
class Bars(Chart):
    """Grouped bars. The full width stands for `full`, or for the largest value.

    Charts to be compared need the same `full`.
    """

    series: Sequence[Series]
    groups: Sequence[Group]
    fact_heads: Sequence[Text] = ()
    unit: Text = ""
    full: float | None = None

    drawing = "components/charts/bars.html"

    @property
    def is_empty(self) -> bool:
        return all(value is None for value in self._values())

    @property
    def drawn(self) -> Iterator[tuple[Group, list[Mark], list[tuple[Text, str]]]]:
        """Yields each group with its bars, and its facts with their names."""
        whole = self.full or largest(self._values())
        for group in self.groups:
            pairs = zip(self.series, group.values, strict=True)
            marks = [mark(value, series, whole=whole, unit=self.unit) for series, value in pairs]
            yield group, marks, list(zip(self.fact_heads, map(in_words, group.facts), strict=True))

    @property
    def table(self) -> ChartTable:
        rows = [
            ChartTableRow(
                f"{group.label} ({group.badge})" if group.badge else group.label,
                [*(in_words(value, self.unit) for value in group.values), *map(in_words, group.facts)],
            )
            for group in self.groups
        ]
        return ChartTable([self.head, *(series.label for series in self.series), *self.fact_heads], rows)

    def _values(self) -> Iterator[Value]:
        return (value for group in self.groups for value in group.values)
