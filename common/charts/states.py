"""How things stand: one bar cut in parts, and the progress of a programme."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from common.charts.frame import Chart, Row, Table
from common.charts.values import Mark, Series, Text, Value, in_words, largest, mark


@dataclass(frozen=True, kw_only=True)
class Stack(Chart):
    """One bar cut in parts: how many are in each state. `values` follow `states`; a hidden one is in the key only."""

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
        """The parts, each after those before it."""
        *before, whole = accumulate((largest([value]) for value in self.values), initial=0)
        return [
            mark(value, state, whole=whole, unit=self.unit, before=start)
            for state, value, start in zip(self.states, self.values, before, strict=True)
        ]

    @property
    def table(self) -> Table:
        pairs = zip(self.states, self.values, strict=True)
        return Table(
            [self.head, self.value_head], [Row(state.label, [in_words(value, self.unit)]) for state, value in pairs]
        )


@dataclass(frozen=True)
class Progressing:
    """Something that progresses: how many of its parts are in each state, in the order of the states."""

    label: Text
    counts: Sequence[int]
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Progress(Chart):
    """Progress of a programme: a square for each part of each topic, drawn by its state. A state without any is left
    out of the drawing, and is a zero in the table."""

    states: Sequence[Series]
    lines: Sequence[Progressing]

    drawing = "components/charts/progress.html"

    @property
    def drawn(self) -> Iterator[tuple[Progressing, list[tuple[Series, str, range]]]]:
        """Gives each line with the states that it has: how many parts are in each, in words and to loop over."""
        for line in self.lines:
            pairs = zip(self.states, line.counts, strict=True)
            yield line, [(state, in_words(count), range(count)) for state, count in pairs if count]

    @property
    def table(self) -> Table:
        rows = [Row(line.label, list(map(in_words, line.counts)), line.url) for line in self.lines]
        return Table([self.head, *(state.label for state in self.states)], rows)
