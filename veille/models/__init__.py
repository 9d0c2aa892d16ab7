"""Models of the watch: entries, their list and their themes; sources, and what is to be read."""

from veille.models.entries import VeilleEntryPage, VeilleEntryQuerySet, VeilleIndexPage
from veille.models.items import ReadingItem, ReadingItemQuerySet, item_key
from veille.models.sources import Source, SourceQuerySet
from veille.models.themes import Theme

__all__ = [
    "ReadingItem",
    "ReadingItemQuerySet",
    "Source",
    "SourceQuerySet",
    "Theme",
    "VeilleEntryPage",
    "VeilleEntryQuerySet",
    "VeilleIndexPage",
    "item_key",
]
