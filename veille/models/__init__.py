"""Models of the watch: entries, their list page and themes; sources, reading list; the comparison of metropolises."""

from veille.models.benchmark import City, Criterion, Observation
from veille.models.entries import VeilleEntryPage, VeilleEntryQuerySet, VeilleIndexPage
from veille.models.items import ReadingItem, ReadingItemQuerySet, item_key
from veille.models.sources import Source, SourceQuerySet
from veille.models.stances import Stance
from veille.models.themes import Theme
from veille.models.withdrawals import Withdrawal

__all__ = [
    "City",
    "Criterion",
    "Observation",
    "ReadingItem",
    "ReadingItemQuerySet",
    "Source",
    "SourceQuerySet",
    "Stance",
    "Theme",
    "VeilleEntryPage",
    "VeilleEntryQuerySet",
    "VeilleIndexPage",
    "Withdrawal",
    "item_key",
]
