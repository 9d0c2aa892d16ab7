"""The figures of a year. Each one is a query, so that a reader can ask where it comes from and get an answer.

Apps above this one add theirs on the Wagtail hook `restitution_figures`: a function of a `Year` that gives `Measure`s::

    @hooks.register(RESTITUTION_FIGURES_HOOK)
    def letters(year):
        return [Measure(section=_("Letter"), label=_("Letters sent"), definition=…, rows=Message.objects.filter(…))]
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

RESTITUTION_FIGURES_HOOK = "restitution_figures"
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Year:
    """A year of the calendar in Paris: its moments are from `begins` (included) to `ends` (not included)."""

    number: int

    @property
    def begins(self) -> datetime:
        return datetime.combine(date(self.number, 1, 1), time.min, tzinfo=PARIS)

    @property
    def ends(self) -> datetime:
        return datetime.combine(date(self.number + 1, 1, 1), time.min, tzinfo=PARIS)

    def during(self, field: str) -> dict[str, Any]:
        """Returns the filter for a moment of the year in `field`."""
        return {f"{field}__gte": self.begins, f"{field}__lt": self.ends}


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A figure to measure: what it is called, how it is counted in a sentence, and the rows that it counts.

    `value` makes the figure from the rows: their number, unless it says otherwise. It returns a whole number, or a text
    that is shown as it is, or None where there is nothing to measure.
    """

    section: str
    label: str
    definition: str
    rows: QuerySet
    value: Callable[[QuerySet], int | str | None] = lambda rows: rows.count()

    def frozen(self) -> dict[str, Any]:
        """Measures now, and returns what the report keeps: the figure, the query that made it, and when."""
        value = self.value(self.rows)
        return {
            "section": self.section,
            "label": self.label,
            "definition": self.definition,
            "value": value,
            "query": str(self.rows.query),
            "measured_at": timezone.localtime().isoformat(timespec="seconds"),
        }
