"""Base map of the communes: a mosaic of squares, computed from one point per commune.

No outlines of communes are published under a licence that fits in a small file, and true outlines would hide the small
communes next to the city. Instead, each square belongs to the commune with the nearest point, up to a distance:
neighbours are right, areas are not. The river is drawn by hand. See decision 0010.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from math import cos, hypot, radians
from typing import TypeVar

from common.city import CITY
from common.communes import POINTS

# Size of the sheet in squares; size of a square in drawing units, and in degrees of latitude.
COLUMNS, ROWS, SQUARE, DEGREES = CITY.sheet.columns, CITY.sheet.rows, 5, CITY.sheet.square
NORTH, WEST = CITY.sheet.north, CITY.sheet.west
# Length of a degree of longitude, relative to one of latitude.
EAST = cos(radians(CITY.points[CITY.code].latitude))
# Reach of a commune around its point, and minimum distance of two points, in squares.
REACH, REACH_OF_CITY = 4.6, 10.5
APART, TURNS = 4.4, 60

Key = TypeVar("Key")
Place = tuple[float, float]
Square = tuple[int, int]


@dataclass(frozen=True)
class Ground:
    """Base map: position and SVG outline of each commune, borders, and river."""

    middles: Mapping[str, Place]
    shapes: Mapping[str, str]
    borders: str
    river: str
    width: int = COLUMNS * SQUARE
    height: int = ROWS * SQUARE


@cache
def ground() -> Ground:
    """Returns the base map, cached in the process: computing it takes about 0.1 s."""
    points = apart({code: _place(point.latitude, point.longitude) for code, point in POINTS.items()}, APART)
    bank = [_bank(row) for row in range(ROWS)]
    owners: dict[Square, str] = {}
    for row, end in enumerate(bank):
        for column in range(end):
            if owner := _owner((column + 0.5, row + 0.5), points):
                owners[column, row] = owner
    squares: dict[str, set[Square]] = {code: set() for code in points}
    for square, owner in owners.items():
        squares[owner].add(square)
    return Ground(
        middles={code: (round(x * SQUARE), round(y * SQUARE)) for code, (x, y) in points.items()},
        shapes={code: _path(_blocks(commune_squares)) for code, commune_squares in squares.items()},
        borders=_borders(owners),
        river=_path((column, row, 2, 1) for row, column in enumerate(bank)),
    )


def _place(latitude: float, longitude: float) -> Place:
    """Returns the position of a point on the sheet, in squares from its top left corner."""
    return (longitude - WEST) * EAST / DEGREES, (NORTH - latitude) / DEGREES


def apart(points: Mapping[Key, Place], distance: float) -> dict[Key, Place]:
    """Moves `points` apart until they are at least about `distance` from each other, as little as possible.

    Coinciding points are moved apart horizontally.
    """
    moved = dict(points)
    for _turn in range(TURNS):
        for key, other_key in combinations(moved, 2):
            (x, y), (a, b) = moved[key], moved[other_key]
            is_far = hypot(a - x, b - y)
            if is_far < distance:
                across, down = (a - x, b - y) if is_far else (distance, 0.0)
                share = (distance - is_far) / (is_far or distance) / 2
                moved[key] = (x - across * share, y - down * share)
                moved[other_key] = (a + across * share, b + down * share)
    return moved


def _bank(row: int) -> int:
    """Returns the first column of the river in `row`, or the number of columns if there is none."""
    if not CITY.sheet.river:
        return COLUMNS
    latitude = NORTH - (row + 0.5) * DEGREES
    for (south, start), (north, end) in pairwise(CITY.sheet.river):
        if south <= latitude <= north:
            longitude = start + (end - start) * (latitude - south) / (north - south)
            return round(_place(latitude, longitude)[0])
    raise ValueError(row)


def _owner(middle: Place, points: Mapping[str, Place]) -> str | None:
    """Returns the commune of the square with this centre: the nearest one, weighted by reach; None if too far away."""
    x, y = middle
    power, code = min(
        ((x - a) ** 2 + (y - b) ** 2 - (REACH_OF_CITY if code == CITY.code else REACH) ** 2, code)
        for code, (a, b) in points.items()
    )
    return code if power <= 0 else None


def _blocks(squares: Collection[Square]) -> Iterator[tuple[int, int, int, int]]:
    """Yields the squares merged per row into rectangles: column, row, width, height."""
    for column, row in sorted(squares, key=lambda square: (square[1], square[0])):
        if (column - 1, row) not in squares:
            width = 1
            while (column + width, row) in squares:
                width += 1
            yield column, row, width, 1


def _path(blocks: Iterator[tuple[int, int, int, int]]) -> str:
    """Returns an SVG path of the rectangles, with vertically adjacent ones merged."""
    merged: list[list[int]] = []
    for column, row, width, height in blocks:
        adjacent = next(
            (block for block in merged if block[0] == column and block[2] == width and block[1] + block[3] == row), None
        )
        if adjacent:
            adjacent[3] += height
        else:
            merged.append([column, row, width, height])
    return "".join(
        f"M{x * SQUARE} {y * SQUARE}h{width * SQUARE}v{height * SQUARE}h-{width * SQUARE}z"
        for x, y, width, height in merged
    )


def _borders(owners: Mapping[Square, str]) -> str:
    """Returns an SVG path of the borders between communes."""
    lines = []
    for (column, row), owner in owners.items():
        if owners.get((column + 1, row), owner) != owner:
            lines.append(f"M{(column + 1) * SQUARE} {row * SQUARE}v{SQUARE}")
        if owners.get((column, row + 1), owner) != owner:
            lines.append(f"M{column * SQUARE} {(row + 1) * SQUARE}h{SQUARE}")
    return "".join(lines)
