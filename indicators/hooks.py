"""Extension point of the report of a year: further figures.

Higher apps register a function on the Wagtail hook `restitution_figures`. It takes a `Year` and returns `Measure`s,
each with the query that it counts, which the report shows::

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
    """Calendar year in Paris, from `begins` (included) to `ends` (excluded)."""

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
    """Figure to measure: its label, a sentence that defines it, and the rows that it counts.

    The report tells the figure where its `key` belongs (`indicators.restitution.queries.figures`); without one, among
    the other figures.

    `value` computes the figure from the rows, by default their number. It returns an integer, or a text that is shown
    as it is, or None where there is nothing to measure.
    """

    key: str = ""
    section: str
    label: str
    definition: str
    rows: QuerySet
    value: Callable[[QuerySet], int | str | None] = lambda rows: rows.count()

    def frozen(self) -> dict[str, Any]:
        """Measures now, and returns the dictionary that the report stores: the value, its query, and the moment."""
        value = self.value(self.rows)
        return {
            "key": self.key,
            "section": self.section,
            "label": self.label,
            "definition": self.definition,
            "value": value,
            "query": str(self.rows.query),
            "measured_at": timezone.localtime().isoformat(timespec="seconds"),
        }
