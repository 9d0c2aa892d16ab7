"""Places by distance from a commune."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.utils.translation import gettext

from common.communes import POINTS, Point
from inclusion.models import Place

EARTH_RADIUS_KM = 6_371.0


@dataclass(frozen=True)
class Nearby:
    """Place with its distance in km from the centre of the chosen commune; None if unknown.

    `is_about`: the place has no address, so that the distance is that of its commune.
    """

    place: Place
    km: float | None = None
    is_about: bool = False

    @property
    def in_words(self) -> str:
        """Distance in words: « à 800 m », « à 3 km », « à environ 3 km »."""
        if self.km is None:
            return ""
        if self.km < 1 and not self.is_about:
            return gettext("%(metres)d m away") % {"metres": max(100, round(self.km * 10) * 100)}
        template = gettext("about %(km)d km away") if self.is_about else gettext("%(km)d km away")
        return template % {"km": max(1, round(self.km))}


def by_distance(places: Iterable[Place], insee_code: str = "") -> list[Nearby]:
    """Returns `places`: those of the commune, then by distance, then those without a known location.

    Without a commune they keep their order and have no distance.
    """
    start = POINTS.get(insee_code)
    if start is None:
        return [Nearby(place) for place in places]
    nearby = [Nearby(place, *_distance(start, place)) for place in places]
    far = float("inf")
    return sorted(
        nearby,
        key=lambda nearby_place: (
            nearby_place.place.insee_code != insee_code,
            far if nearby_place.km is None else nearby_place.km,
        ),
    )


def kilometres(start: Point, end: Point) -> float:
    """Returns the great-circle distance in km (haversine formula, error below 0.5 %)."""
    lat1, lon1, lat2, lon2 = map(radians, (*start, *end))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))


def _distance(start: Point, place: Place) -> tuple[float | None, bool]:
    point = place.approximate_point
    return (None, False) if point is None else (kilometres(start, point), place.point is None)
