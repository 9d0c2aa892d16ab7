"""Places where people are helped with the digital, resources to learn with, workshops."""

from inclusion.models.places import Place, PlaceQuerySet, PlaceReport, department_of

__all__ = ["Place", "PlaceQuerySet", "PlaceReport", "department_of"]
