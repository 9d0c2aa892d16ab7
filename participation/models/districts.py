"""Places that a proposal may be about: districts of Strasbourg, communes. Proper nouns, not translated."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.communes import COMMUNES

DISTRICTS = (
    "Centre-ville",
    "Bourse, Esplanade, Krutenau",
    "Conseil des Quinze",
    "Cronenbourg",
    "Elsau",
    "Gare",
    "Hautepierre",
    "Koenigshoffen",
    "Meinau",
    "Montagne-Verte",
    "Neudorf",
    "Neuhof",
    "Orangerie",
    "Port du Rhin",
    "Poteries",
    "Robertsau, Wacken",
    "Tribunal, Contades",
)
# What could be chosen before communes had their names here.
OTHER_COMMUNE = "Une autre commune de l’Eurométropole"

CITY = "Strasbourg"

Choices = list[tuple[str, str]]


def places() -> list[tuple[str | Promise, Choices]]:
    """Returns the places that a person may choose, in two groups for one list."""
    return [
        (_("Districts of Strasbourg"), [(name, name) for name in DISTRICTS]),
        (_("Communes"), [(name, name) for name in COMMUNES.values()]),
    ]


def within(place: str) -> tuple[str, ...]:
    """Returns the places that lie in `place`, itself first: the city has its districts."""
    return (place, *DISTRICTS) if place == CITY else (place,)


def known_places() -> list[tuple[str | Promise, Choices]]:
    """Returns the places that a proposal may have: those of today, and those of before."""
    districts, (label, communes) = places()
    return [districts, (label, [*communes, (OTHER_COMMUNE, OTHER_COMMUNE)])]
