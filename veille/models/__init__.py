"""Models of the watch: entries, their list and their themes."""

from veille.models.entries import VeilleEntryPage, VeilleEntryQuerySet, VeilleIndexPage
from veille.models.themes import Theme

__all__ = ["Theme", "VeilleEntryPage", "VeilleEntryQuerySet", "VeilleIndexPage"]
