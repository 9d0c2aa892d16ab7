"""Rows of the list of places: distance, opening state, and number on the plan."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import count

from common.phones import phone_link
from common.templatetags.dates import in_city_time
from inclusion.models import Need, Place, codes
from inclusion.queries.nearby import Nearby, by_distance
from inclusion.queries.opening import OpeningWords, closures_to_come, opening_words


@dataclass(frozen=True)
class PlaceMatch:
    """Place in a list at `now`.

    `number` is that of its point on the plan, None without an address. The opening state takes 0.1 ms to compute, so
    it is computed only for the places shown.
    """

    nearby: Nearby
    now: datetime
    number: int | None = None

    @property
    def place(self) -> Place:
        return self.nearby.place

    @cached_property
    def opening(self) -> OpeningWords:
        return opening_words(self.place, self.now)

    @property
    def closures(self) -> list[str]:
        """Current and future exceptional closures, in words."""
        return closures_to_come(self.place, in_city_time(self.now).date())

    @property
    def needs_check(self) -> bool:
        return self.place.needs_check(in_city_time(self.now).date())

    @property
    def badge(self) -> str:
        """Badge kind of its state: open, closed or unknown."""
        return {True: "yes", False: "no", None: "waiting"}[self.opening.is_open]

    @property
    def phone_link(self) -> str:
        """Phone number as a `tel:` URL."""
        return phone_link(self.place.phone)

    @property
    def costs(self) -> list[str]:
        return cost_of(self.place)

    @property
    def needs(self) -> list[str]:
        """Labels of the needs that it meets."""
        return needs_of(self.place)


def find(places: Iterable[Place], *, commune: str, open_only: bool, now: datetime) -> list[PlaceMatch]:
    """Returns `places` by distance from `commune`; with `open_only`, those open at `now`. No query."""
    matches = [PlaceMatch(nearby, now) for nearby in by_distance(places, commune)]
    return [match for match in matches if match.opening.is_open] if open_only else matches


def numbered(matches: Iterable[PlaceMatch]) -> list[PlaceMatch]:
    """Returns `matches` with the places that have an address numbered from 1."""
    counter = count(1)
    return [replace(match, number=next(counter)) if match.place.point else match for match in matches]


def needs_of(place: Place) -> list[str]:
    """Returns the labels of the needs that `place` meets."""
    offered = set(place.services)
    return [str(need.label) for need in Need if offered.intersection(need.services)]


def cost_of(place: Place) -> list[str]:
    """Returns the fees of `place`, in the words of the national schema; [] if unknown."""
    return [fee for fee in codes.FEES if fee in place.fees]
