"""Places of proposals: districts of the city, communes. Proper nouns, not translated."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.city import CITY
from common.communes import COMMUNES

DISTRICTS = CITY.districts

Choices = list[tuple[str, str]]


def places() -> list[tuple[str | Promise, Choices]]:
    """Returns the possible places, in two groups."""
    return [
        (format_lazy(_("Districts {of_city}"), of_city=CITY.of_city), [(name, name) for name in DISTRICTS]),
        (_("Communes"), [(name, name) for name in COMMUNES.values()]),
    ]


def within(place: str) -> tuple[str, ...]:
    """Returns `place` and the places inside it: the city has its districts."""
    return (place, *DISTRICTS) if place == COMMUNES[CITY.code] else (place,)


def known_places() -> list[tuple[str | Promise, Choices]]:
    """Returns the possible places including former ones."""
    districts, (label, communes) = places()
    return [districts, (label, [*communes, *((name, name) for name in CITY.former_places)])]
