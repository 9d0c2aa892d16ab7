"""Communes of the metropolis by INSEE code, with a point near the centre of each (`common.city`)."""

from common.city import CITY, Point

__all__ = ["COMMUNES", "POINTS", "Point", "commune_choices"]

COMMUNES = dict(CITY.communes)
POINTS = dict(CITY.points)


def commune_choices() -> list[tuple[str, str]]:
    """Returns the choices of a field; a function, so that another city needs no migration."""
    return list(COMMUNES.items())
