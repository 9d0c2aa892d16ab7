"""Map of the communes: a square for each, with an area proportional to its number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from django.utils.translation import gettext_lazy as _

from common.charts.frame import Chart, ChartTable, ChartTableRow
from common.charts.ground import Ground, ground
from common.charts.values import Hidden, Text, Value, in_words, largest
from common.city import CITY
from common.communes import COMMUNES

# Sides of squares, in units of the drawing: largest number, smallest drawn number, zero, hidden number.
LARGEST, LEAST, SIDE_OF_ZERO, SIDE_OF_HIDDEN = 44, 6, 5, 8
# Note below the map.
SOURCE = _(
    "The map is simplified: neighbours are right, areas are not. Points of the communes: La Poste, Licence Ouverte."
)
COMMUNE = _("Commune")
# Width of a digit in a square, in units of the drawing.
DIGIT = 9


@dataclass(frozen=True)
class Place:
    """Square of a commune, with its label. `kind` is "some", "hidden" or "none"."""

    name: str
    words: str
    kind: str
    left: float
    top: float
    side: float
    # Number inside the square, if it fits.
    inside: str
    middle: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class CommuneMap(Chart):
    """Map of `numbers` by INSEE code; missing codes count as zero. `urls` are links to the counted objects.

    `elsewhere` are numbers outside of the communes, with labels: they are in the list only.
    """

    numbers: Mapping[str, Value]
    value_head: Text
    head: Text = COMMUNE
    urls: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Sequence[ChartTableRow] = ()
    # Colour family of a topic, for the squares.
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
        """Squares, the largest first, so that smaller ones are drawn on top."""
        full = largest(self.numbers.values())
        places = [self._place(code, full) for code in COMMUNES]
        return sorted(places, key=lambda place: -place.side)

    @property
    def outlines(self) -> list[tuple[str, str]]:
        """Outlines of the communes without and with a number, merged into two shapes."""
        shapes = {False: "", True: ""}
        for code, shape in self.ground.shapes.items():
            shapes[bool(self.numbers.get(code))] += shape
        return [("none", shapes[False]), ("some", shapes[True])]

    @property
    def names(self) -> list[tuple[str, float, float, str]]:
        """Labels of the map: text, position and text anchor."""
        middles = self.ground.middles
        return [
            (name, middles[code][0] + right, middles[code][1] + down, anchor)
            for code, (name, right, down, anchor) in CITY.labels.items()
        ]

    @property
    def rows(self) -> list[ChartTableRow]:
        """Non-zero rows: the largest number first, then hidden ones, then `elsewhere`."""
        codes = [code for code in self._ranked() if self.numbers.get(code)]
        return [*map(self._row, codes), *self.elsewhere]

    @property
    def table(self) -> ChartTable:
        return ChartTable([self.head, self.value_head], [*map(self._row, self._ranked()), *self.elsewhere])

    def _ranked(self) -> list[str]:
        """Returns the codes by number, ties in the order of `COMMUNES`."""

        def rank(code: str) -> tuple[bool, float]:
            value = self.numbers.get(code) or 0
            return value == 0, 0 if isinstance(value, Hidden) else -value

        return sorted(COMMUNES, key=rank)

    def _row(self, code: str) -> ChartTableRow:
        return ChartTableRow(COMMUNES[code], [in_words(self.numbers.get(code, 0))], self.urls.get(code, ""))

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
