"""City of the site: names, communes, districts, holidays and figures from a file (docs/another-city.md).

Read once when the process starts, since fields and forms depend on it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class Point(NamedTuple):
    """Geographic point, in degrees (WGS 84)."""

    latitude: float
    longitude: float


class Label(NamedTuple):
    """Label on the map: offset from the centre of its commune, and text anchor."""

    text: str
    right: float
    down: float
    anchor: str


class Sheet(NamedTuple):
    """Sheet of the map: north-west corner, size in squares, degrees per square, and river."""

    north: float
    west: float
    columns: int
    rows: int
    square: float
    river_name: str = ""
    river: tuple[Point, ...] = ()


class Population(NamedTuple):
    """Shares of the population in percent, with their sources."""

    communes_source: str
    city: float
    other_communes: float
    people_source: str
    under_25: float
    from_25_to_59: float
    from_60: float
    women: float
    men: float


@dataclass(frozen=True)
class City:
    """Content of the file. `in_city` and `of_city` are contracted forms of the name: « au Havre », « du Havre »."""

    name: str
    in_city: str
    of_city: str
    institution: str
    postal_address: str
    code: str
    districts: tuple[str, ...]
    former_places: tuple[str, ...]
    subdivision: str
    departments: tuple[str, ...]
    population: Population
    sheet: Sheet
    communes: Mapping[str, str]
    points: Mapping[str, Point]
    labels: Mapping[str, Label]
    websites: Mapping[str, str]
    origin: str


def read_city(path: Path) -> City:
    """Returns the city of the file at `path`. Raises `ImproperlyConfigured` with the missing key."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return _city(data)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"CITY_FILE: {path} does not describe a city ({error!r}).") from error


def _city(data: dict[str, Any]) -> City:
    communes = data["communes"]
    if data["code"] not in communes:
        raise KeyError(data["code"])
    sheet = data["map"]
    holidays = data.get("holidays", {})
    return City(
        **{name: data[name] for name in ("name", "in_city", "of_city", "institution", "postal_address")},
        code=data["code"],
        districts=tuple(data["districts"]),
        former_places=tuple(data.get("former_places", ())),
        subdivision=holidays.get("subdivision", ""),
        departments=tuple(holidays.get("departments", ())),
        population=Population(**data["population"]),
        sheet=Sheet(**sheet | {"river": tuple(Point(*bend) for bend in sheet.get("river", ()))}),
        communes={code: commune["name"] for code, commune in communes.items()},
        points={code: Point(commune["latitude"], commune["longitude"]) for code, commune in communes.items()},
        labels={code: Label(*commune["label"]) for code, commune in communes.items() if "label" in commune},
        websites=data.get("websites", {}),
        origin=data.get("origin", ""),
    )


CITY = read_city(Path(settings.CITY_FILE))
