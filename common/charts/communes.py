"""The map of the communes: a square for each, whose area is its number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from django.utils.translation import gettext_lazy as _

from common.charts.frame import Chart, Row, Table
from common.charts.ground import Ground, ground
from common.charts.values import Hidden, Text, Value, in_words, largest
from common.city import CITY
from common.communes import COMMUNES

# Sides of squares, in units of the drawing: the largest number, the least that is drawn, a zero and what is hidden.
LARGEST, LEAST, SIDE_OF_ZERO, SIDE_OF_HIDDEN = 44, 6, 5, 8
# What a reader of the map must know.
SOURCE = _(
    "The map is simplified: neighbours are right, areas are not. Points of the communes: La Poste, Licence Ouverte."
)
COMMUNE = _("Commune")
# A digit of the text in a square is so wide, in the same units.
DIGIT = 9


@dataclass(frozen=True)
class Place:
    """A commune as it is drawn: its square, and the words over it. `kind` is some, hidden or none."""

    name: str
    words: str
    kind: str
    left: float
    top: float
    side: float
    # The number in the square, where it has room for it.
    inside: str
    middle: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class CommuneMap(Chart):
    """`numbers` by INSEE code: a commune without any has none. `urls` lead to what is counted there.

    `elsewhere` are numbers that no commune has, each with its words: they are in the list, not on the map.
    """

    numbers: Mapping[str, Value]
    value_head: Text
    head: Text = COMMUNE
    urls: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Sequence[Row] = ()
    # The colours of the squares: a family of topics.
    family: str = "participation"

    drawing = "components/charts/communes.html"

    @property
    def is_empty(self) -> bool:
        return not any(self.numbers.values()) and not self.elsewhere

    @property
    def remarks(self) -> Sequence[Text]:
        return [*self.notes, SOURCE]

    @property
    def ground(self) -> Ground:
        return ground()

    @property
    def river_name(self) -> str:
        return CITY.sheet.river_name

    @property
    def places(self) -> list[Place]:
        """The communes, the largest square first: a smaller one is drawn over it."""
        full = largest(self.numbers.values())
        found = [self._place(code, full) for code in COMMUNES]
        return sorted(found, key=lambda place: -place.side)

    @property
    def outlines(self) -> list[tuple[str, str]]:
        """The ground of those without a number, then of the others: two shapes, not one for each commune."""
        shapes = {False: "", True: ""}
        for code, shape in self.ground.shapes.items():
            shapes[bool(self.numbers.get(code))] += shape
        return [("none", shapes[False]), ("some", shapes[True])]

    @property
    def names(self) -> list[tuple[str, float, float, str]]:
        """The names on the map: text, where it stands, and which of its ends is there."""
        middles = self.ground.middles
        return [
            (name, middles[code][0] + right, middles[code][1] + down, anchor)
            for code, (name, right, down, anchor) in CITY.labels.items()
        ]

    @property
    def rows(self) -> list[Row]:
        """What is not zero: the largest number first, then what is hidden, then what no commune has."""
        codes = [code for code in self._ranked() if self.numbers.get(code)]
        return [*map(self._row, codes), *self.elsewhere]

    @property
    def table(self) -> Table:
        return Table([self.head, self.value_head], [*map(self._row, self._ranked()), *self.elsewhere])

    def _ranked(self) -> list[str]:
        """The codes by number; communes of one number are in the order of the dictionary."""

        def rank(code: str) -> tuple[bool, float]:
            value = self.numbers.get(code) or 0
            return value == 0, 0 if isinstance(value, Hidden) else -value

        return sorted(COMMUNES, key=rank)

    def _row(self, code: str) -> Row:
        return Row(COMMUNES[code], [in_words(self.numbers.get(code, 0))], self.urls.get(code, ""))

    def _place(self, code: str, full: float) -> Place:
        value = self.numbers.get(code) or 0
        x, y = self.ground.middles[code]
        words = in_words(value)
        if isinstance(value, Hidden):
            kind, side = "hidden", float(SIDE_OF_HIDDEN)
        elif value:
            kind, side = "some", max(LEAST, round(LARGEST * sqrt(value / full), 1))
        else:
            kind, side = "none", float(SIDE_OF_ZERO)
        has_room = kind == "some" and side >= DIGIT * len(words) + 4
        return Place(
            name=COMMUNES[code],
            words=words,
            kind=kind,
            left=x - side / 2,
            top=y - side / 2,
            side=side,
            inside=words if has_room else "",
            middle=(x, y),
        )
