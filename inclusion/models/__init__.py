"""Models of digital inclusion: places of help, learning resources, workshops."""

from inclusion.models.needs import Need
from inclusion.models.places import Place, PlaceQuerySet, PlaceReport, department_of
from inclusion.models.resources import Resource
from inclusion.models.workshops import Workshop

__all__ = ["Need", "Place", "PlaceQuerySet", "PlaceReport", "Resource", "Workshop", "department_of"]
