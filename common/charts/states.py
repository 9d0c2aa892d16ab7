"""Distribution over states: a stacked bar, and the progress of a programme."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from common.charts.frame import Chart, ChartTable, ChartTableRow
from common.charts.values import Mark, Series, Text, Value, in_words, largest, mark


@dataclass(frozen=True, kw_only=True)
class Stack(Chart):
    """Stacked bar with the number of items per state. `values` follow `states`; hidden ones are in the legend only."""

    states: Sequence[Series]
    values: Sequence[Value]
    value_head: Text
    unit: Text = ""

    drawing = "components/charts/stack.html"

    @property
    def is_empty(self) -> bool:
        return not any(self.values)

    @property
    def drawn(self) -> list[Mark]:
        """Segments in order, each starting at the end of the previous one."""
        *before, whole = accumulate((largest([value]) for value in self.values), initial=0)
        return [
            mark(value, state, whole=whole, unit=self.unit, before=start)
            for state, value, start in zip(self.states, self.values, before, strict=True)
        ]

    @property
    def table(self) -> ChartTable:
        pairs = zip(self.states, self.values, strict=True)
        return ChartTable(
            [self.head, self.value_head],
            [ChartTableRow(state.label, [in_words(value, self.unit)]) for state, value in pairs],
        )


@dataclass(frozen=True)
class ProgressItem:
    """Item of a programme: numbers of its parts per state, in the order of the states."""

    label: Text
    counts: Sequence[int]
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Progress(Chart):
    """Progress of a programme: a square per part of each topic, drawn by its state.

    Empty states are left out of the drawing, and are zeros in the table.
    """

    states: Sequence[Series]
    lines: Sequence[ProgressItem]

    drawing = "components/charts/progress.html"

    @property
    def drawn(self) -> Iterator[tuple[ProgressItem, list[tuple[Series, str, range]]]]:
        """Yields each item with its non-empty states: number of parts in words, and as a range."""
        for line in self.lines:
            pairs = zip(self.states, line.counts, strict=True)
            yield line, [(state, in_words(count), range(count)) for state, count in pairs if count]

    @property
    def table(self) -> ChartTable:
        rows = [ChartTableRow(line.label, list(map(in_words, line.counts)), line.url) for line in self.lines]
        return ChartTable([self.head, *(state.label for state in self.states)], rows)
