"""The communes of the metropolis by INSEE code, and a point near the middle of each (`common.city`)."""

from common.city import CITY, Point

__all__ = ["COMMUNES", "POINTS", "Point", "commune_choices"]

COMMUNES = dict(CITY.communes)
POINTS = dict(CITY.points)


def commune_choices() -> list[tuple[str, str]]:
    """Choices of a field; a function, so that another city needs no migration."""
    return list(COMMUNES.items())
