"""Plan of the places, drawn on the server without tiles: numbered points, names of communes, the river, a scale.

It covers the part of the metropolis that contains its points, and duplicates the list beside it: a point has the
number of its row. Overlapping points are moved apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians

from common.charts.ground import apart
from common.city import CITY
from common.communes import COMMUNES, POINTS, Point
from inclusion.queries.finding import PlaceMatch

WIDTH, HEIGHT = 320, 300
RADIUS, MARGIN = 11, 30
KM_PER_DEGREE = 111.2
# Minimum extent of the plan in km, so that it contains names to find the way by.
LEAST_KM = 4.0
SCALES = (1, 2, 5, 10, 20)
# Height of a name and width of its letters, in units of the drawing.
LINE, LETTER = 14, 6.6


@dataclass(frozen=True)
class Mark:
    """Numbered point."""

    number: int
    x: float
    y: float


@dataclass(frozen=True)
class Name:
    """Name of a commune, with the position of its centre."""

    text: str
    x: float
    y: float

    def box(self) -> tuple[float, float, float, float]:
        half = len(self.text) * LETTER / 2
        return (self.x - half, self.y - LINE + 3, self.x + half, self.y + 4)


@dataclass(frozen=True)
class Plan:
    """Drawing of the plan, in units of which its width has `WIDTH`."""

    marks: Sequence[Mark]
    names: Sequence[Name]
    river: str
    scale_km: int
    scale_width: float
    # Number of places without an address, which only the list contains.
    left_out: int
    width: int = WIDTH
    height: int = HEIGHT
    radius: int = RADIUS


@dataclass(frozen=True)
class _Frame:
    """Projection from degrees to units: centre of the plan, and units per kilometre."""

    middle: Point
    unit: float

    def place(self, point: Point) -> tuple[float, float]:
        east = (point.longitude - self.middle.longitude) * KM_PER_DEGREE * cos(radians(self.middle.latitude))
        north = (point.latitude - self.middle.latitude) * KM_PER_DEGREE
        return round(WIDTH / 2 + east * self.unit, 1), round(HEIGHT / 2 - north * self.unit, 1)


def plan_of(matches: Iterable[PlaceMatch], commune: str = "") -> Plan | None:
    """Returns the plan of the numbered places of `matches`, `commune` included; None without any."""
    listed = list(matches)
    points = {match.number: match.place.point for match in listed if match.number and match.place.point}
    if not points:
        return None
    points_in_frame = [*points.values(), *([POINTS[commune]] if commune in POINTS else [])]
    frame = _frame(points_in_frame)
    moved = apart({number: frame.place(point) for number, point in points.items()}, 2 * RADIUS + 1)
    marks = [Mark(number, *_inside(place)) for number, place in moved.items()]
    by_priority = sorted(
        COMMUNES, key=lambda code: (code != commune, code not in {match.place.insee_code for match in listed})
    )
    scale_km = max((km for km in SCALES if km * frame.unit <= WIDTH / 3), default=SCALES[0])
    return Plan(
        marks=marks,
        names=_names(by_priority, frame, marks),
        river=" ".join(f"{x},{y}" for x, y in _cut([frame.place(bend) for bend in CITY.sheet.river])),
        scale_km=scale_km,
        scale_width=round(scale_km * frame.unit, 1),
        left_out=len(listed) - len(marks),
    )


def _frame(points: Sequence[Point]) -> _Frame:
    souths, wests = [point.latitude for point in points], [point.longitude for point in points]
    middle = Point((min(souths) + max(souths)) / 2, (min(wests) + max(wests)) / 2)
    high = max((max(souths) - min(souths)) * KM_PER_DEGREE, LEAST_KM)
    wide = max((max(wests) - min(wests)) * KM_PER_DEGREE * cos(radians(middle.latitude)), LEAST_KM)
    return _Frame(middle, min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high))


def _inside(place: tuple[float, float]) -> tuple[float, float]:
    x, y = place
    return round(min(max(x, RADIUS + 1), WIDTH - RADIUS - 1), 1), round(min(max(y, RADIUS + 1), HEIGHT - RADIUS - 1), 1)


def _cut(line: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Clips a line at the top and bottom of the plan, beyond which it would cover other text."""
    clipped = []
    for (from_x, from_y), (to_x, to_y) in pairwise(line):
        if max(from_y, to_y) < 0 or min(from_y, to_y) > HEIGHT:
            continue
        for y in (from_y, to_y):
            level = min(max(y, 0), HEIGHT)
            clipped.append((round(from_x + (to_x - from_x) * (level - from_y) / (to_y - from_y or 1), 1), level))
    return clipped


def _names(codes: Sequence[str], frame: _Frame, marks: Sequence[Mark]) -> list[Name]:
    """Returns the names that fit, in the order of `codes`, without covering a point, another name or the scale."""
    taken = [(mark.x - RADIUS, mark.y - RADIUS, mark.x + RADIUS, mark.y + RADIUS) for mark in marks]
    taken.append((0, HEIGHT - 26, WIDTH / 2.4, HEIGHT))
    names = []
    for code in codes:
        x, y = frame.place(POINTS[code])
        if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
            continue
        for name in _around(COMMUNES[code], x, y):
            box = name.box()
            if box[1] >= 0 and box[3] <= HEIGHT and not any(_overlap(box, other) for other in taken):
                names.append(name)
                taken.append(box)
                break
    return names


def _around(text: str, x: float, y: float) -> list[Name]:
    """Returns the candidate positions of a name: on its point, below, above; always within the plan."""
    half = len(text) * LETTER / 2
    within = round(min(max(x, half + 2), WIDTH - half - 2), 1)
    return [Name(text, within, round(y + shift, 1)) for shift in (4, 22, -14)]


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
