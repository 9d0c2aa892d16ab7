"""Figures over time: columns, step line of an indicator, and calendar of a year."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.dates import MONTHS_AP
from django.utils.translation import gettext, ngettext, pgettext

from common.charts.frame import Chart, ChartTable, ChartTableRow
from common.charts.values import Mark, Series, Text, Tone, Value, in_words, largest, mark, percent
from common.templatetags.dates import short_day

# Maximum number of labels that fit on a phone.
FEW_STEPS = 5
# Digits as bitmaps of 3 × 5 squares: each row is a number of three bits.
DIGITS = ("75557", "26227", "71747", "71717", "55711", "74717", "74757", "71122", "75757", "75717")


@dataclass(frozen=True)
class Point:
    """Value at the time named by `label`."""

    label: Text
    value: Value


@dataclass(frozen=True, kw_only=True)
class OverTime(Chart):
    """Base of `Columns` and `StepLineChart`. Times without a figure are not drawn, but named in a remark."""

    points: Sequence[Point]
    value_head: Text
    unit: Text = ""

    @property
    def is_empty(self) -> bool:
        return all(point.value is None for point in self.points)

    @property
    def remarks(self) -> Sequence[Text]:
        missing = [str(point.label) for point in self.points if point.value is None]
        if not missing:
            return self.notes
        note = ngettext("No figure for this one: %(names)s", "No figure for these: %(names)s", len(missing))
        return [*self.notes, note % {"names": ", ".join(missing)}]

    @property
    def table(self) -> ChartTable:
        rows = [ChartTableRow(point.label, [in_words(point.value, self.unit)]) for point in self.points]
        return ChartTable([self.head, self.value_head], rows)

    def _words(self) -> list[str]:
        """Returns the labels in the drawing; "" without a figure."""
        return ["" if point.value is None else in_words(point.value, self.unit) for point in self.points]


@dataclass(frozen=True, kw_only=True)
class Columns(OverTime):
    """Columns over time: vertical on a wide screen, horizontal on a phone and on paper.

    The full height stands for `full`, or for the largest value.
    """

    tone: Tone = Tone.WATER
    full: float | None = None

    drawing = "components/charts/columns.html"

    @property
    def drawn(self) -> list[Mark]:
        whole = self.full or largest(point.value for point in self.points)
        marks = [
            mark(point.value, Series(point.label, self.tone), whole=whole, unit=self.unit) for point in self.points
        ]
        return [replace(column, words=words) for column, words in zip(marks, self._words(), strict=True)]


@dataclass(frozen=True)
class ChartStep:
    """Step of a line, from `start` to `end`; `top` is the distance from the top of the drawing.

    `top` is "" if nothing is drawn, `before` is the `top` of the previous step.
    """

    label: Text
    words: str
    start: str
    end: str
    top: str
    height: str
    before: str


@dataclass(frozen=True, kw_only=True)
class StepLineChart(OverTime):
    """Step line of an indicator with its target: each value holds until the next. The axis begins at zero.

    A hidden value is a gap with a label.
    """

    target: int | float | None = None

    drawing = "components/charts/line.html"

    @property
    def is_long(self) -> bool:
        """True if a phone displays the first and the last label only."""
        return len(self.points) > FEW_STEPS

    @property
    def full(self) -> float:
        """Value at the top of the drawing."""
        return largest([self.target, *(point.value for point in self.points)]) or 1

    @property
    def drawn(self) -> list[ChartStep]:
        full, count = self.full, len(self.points)
        tops = [self._top(point.value) for point in self.points]
        return [
            ChartStep(
                label=point.label,
                words=words,
                start=percent(place, count),
                end=percent(place + 1, count),
                top=top,
                height=percent(largest([point.value]), full),
                before=before,
            )
            for place, (point, words, top, before) in enumerate(
                zip(self.points, self._words(), tops, ["", *tops[:-1]], strict=True)
            )
        ]

    @property
    def step_width(self) -> str:
        return percent(1, len(self.points))

    @property
    def target_top(self) -> str:
        return self._top(self.target)

    @property
    def target_words(self) -> str:
        return "" if self.target is None else in_words(self.target, self.unit)

    @property
    def table(self) -> ChartTable:
        target = [] if self.target is None else [ChartTableRow(gettext("Target"), [self.target_words])]
        table = super().table
        return ChartTable(table.heads, [*table.rows, *target])

    def _top(self, value: Value) -> str:
        full = self.full
        return percent(full - value, full) if isinstance(value, int | float) else ""


@dataclass(frozen=True)
class Event:
    """Event of a day. `family` is the colour family of its topic.

    Late events have an empty, crossed-out house, and a note that begins with « Late ».
    """

    day: date
    title: Text
    note: Text = ""
    url: str = ""
    family: str = ""
    is_late: bool = False

    @property
    def words(self) -> str:
        """Note, as in list and table."""
        return " · ".join(
            str(part) for part in (pgettext("dossier", "Late") if self.is_late else "", self.note) if part
        )


@dataclass(frozen=True)
class Month:
    """Month as drawn: `days` is a line with a dash per day, `weekends` is drawn over it.

    A day is 10 units wide: a dash of 8, and a gap. `houses` are the events, each with the position and number of its
    day.
    """

    label: Text
    days: str
    weekends: str
    houses: Sequence[tuple[int, Event, str]]


@dataclass(frozen=True, kw_only=True)
class Calendar(Chart):
    """Calendar of a year: a square per day, a house per event of `year`, and a list of the events.

    `head` is the header of the events, `note_head` that of their notes.
    """

    year: int
    events: Sequence[Event]
    note_head: Text

    drawing = "components/charts/calendar.html"

    @property
    def drawn(self) -> list[Month]:
        return [self._month(number) for number in MONTHS_AP]

    @property
    def table(self) -> ChartTable:
        rows = [
            ChartTableRow(short_day(event.day), [str(event.title), event.words], event.url) for event in self.events
        ]
        return ChartTable([gettext("Day"), self.head, self.note_head], rows)

    def _month(self, number: int) -> Month:
        first, length = monthrange(self.year, number)
        return Month(
            label=MONTHS_AP[number],
            days=f"M0 0H{10 * length - 2}",
            weekends="".join(f"M{10 * day} 0h8" for day in range(length) if (first + day) % 7 > 4),
            houses=[
                (10 * (event.day.day - 1), event, in_squares(event.day.day))
                for event in self.events
                if (event.day.year, event.day.month) == (self.year, number)
            ],
        )


def in_squares(number: int) -> str:
    """Returns the path of `number` (one or two digits) as squares, inside the house of a day."""
    digits = str(number)
    squares = [
        f"M{4 - 2 * len(digits) + 4 * place + column} {row - 4}h1v1h-1z"
        for place, digit in enumerate(digits)
        for row, bits in enumerate(DIGITS[int(digit)])
        for column in range(3)
        if int(bits) & (4 >> column)
    ]
    return "".join(squares)
