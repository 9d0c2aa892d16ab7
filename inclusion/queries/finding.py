"""What the list of places shows: each place with its distance, whether it is open, and its number on the plan."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import count

from common.phones import phone_link
from common.templatetags.dates import in_paris
from inclusion.models import Need, Place, codes
from inclusion.queries.nearby import Nearby, by_distance
from inclusion.queries.opening import OpeningWords, closures_to_come, opening_words


@dataclass(frozen=True)
class Found:
    """A place as a list shows it at `now`.

    `number` is that of its point on the plan; None of a place without an address. Whether it is open takes a tenth of a
    millisecond to know: only what a page shows is asked.
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
        """Exceptional closures, now or later."""
        return closures_to_come(self.place, in_paris(self.now).date())

    @property
    def needs_check(self) -> bool:
        return self.place.needs_check(in_paris(self.now).date())

    @property
    def badge(self) -> str:
        """The square mark of its state: open, closed, nobody knows."""
        return {True: "yes", False: "no", None: "waiting"}[self.opening.is_open]

    @property
    def phone_link(self) -> str:
        """Its phone as a `tel:` address writes it."""
        return phone_link(self.place.phone)

    @property
    def costs(self) -> list[str]:
        return cost_of(self.place)

    @property
    def needs(self) -> list[str]:
        """What one is helped with there, in the words of residents."""
        return needs_of(self.place)


def find(places: Iterable[Place], *, commune: str, open_only: bool, now: datetime) -> list[Found]:
    """Returns `places` by their distance from `commune`; with `open_only`, those that are open at `now`. No query."""
    found = [Found(nearby, now) for nearby in by_distance(places, commune)]
    return [one for one in found if one.opening.is_open] if open_only else found


def numbered(found: Iterable[Found]) -> list[Found]:
    """Returns `found`, in which those that have an address are numbered from 1."""
    numbers = count(1)
    return [replace(one, number=next(numbers)) if one.place.point else one for one in found]


def needs_of(place: Place) -> list[str]:
    """Returns the needs that `place` answers, in the words of residents."""
    offered = set(place.services)
    return [str(need.label) for need in Need if offered.intersection(need.services)]


def cost_of(place: Place) -> list[str]:
    """Returns what help costs there, in the words of the national schema; nothing where it does not say."""
    return [fee for fee in codes.FEES if fee in place.fees]
