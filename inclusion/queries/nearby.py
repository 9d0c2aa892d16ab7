"""Places by what a resident needs and by their distance from a commune."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.utils.translation import gettext

from common.communes import POINTS, Point
from inclusion.models import Place

EARTH_RADIUS_KM = 6_371.0


@dataclass(frozen=True)
class Nearby:
    """A place, and how far it is from the middle of the commune that was asked for; None if nobody knows.

    `is_about`: the place has no address of its own, the distance is that of its commune.
    """

    place: Place
    km: float | None = None
    is_about: bool = False

    @property
    def in_words(self) -> str:
        """« à 800 m », « à 3 km », « à environ 3 km »."""
        if self.km is None:
            return ""
        if self.km < 1 and not self.is_about:
            return gettext("%(metres)d m away") % {"metres": max(100, round(self.km * 10) * 100)}
        words = gettext("about %(km)d km away") if self.is_about else gettext("%(km)d km away")
        return words % {"km": max(1, round(self.km))}


def by_distance(places: Iterable[Place], insee_code: str = "") -> list[Nearby]:
    """Returns `places`, those of the commune first, then the nearest; those of which nobody knows where at the end.

    Without a commune they stay in their order, without a distance.
    """
    start = POINTS.get(insee_code)
    if start is None:
        return [Nearby(place) for place in places]
    found = [Nearby(place, *_distance(start, place)) for place in places]
    far = float("inf")
    return sorted(found, key=lambda one: (one.place.insee_code != insee_code, far if one.km is None else one.km))


def kilometres(start: Point, end: Point) -> float:
    """Returns the distance as the crow flies (haversine formula), right to half a percent."""
    lat1, lon1, lat2, lon2 = map(radians, (*start, *end))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))


def _distance(start: Point, place: Place) -> tuple[float | None, bool]:
    where = place.about_where
    return (None, False) if where is None else (kilometres(start, where), place.point is None)
