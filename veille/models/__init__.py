"""Models of the watch: entries, their list and their themes; the comparison of metropolises."""

from veille.models.benchmark import City, Criterion, Observation
from veille.models.entries import VeilleEntryPage, VeilleEntryQuerySet, VeilleIndexPage
from veille.models.themes import Theme

__all__ = [
    "City",
    "Criterion",
    "Observation",
    "Theme",
    "VeilleEntryPage",
    "VeilleEntryQuerySet",
    "VeilleIndexPage",
]
