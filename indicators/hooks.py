"""Extension point of the annual report: additional figures.

Higher apps register a function for the Wagtail hook `restitution_figures`. It takes the `Period` of the year and
returns `Measure`s, whose queries the report shows::

    @hooks.register(RESTITUTION_FIGURES_HOOK)
    def letters(year):
        return [Measure(section=_("Letter"), label=_("Letters sent"), definition=…, rows=Message.objects.filter(…))]
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.templatetags.dates import CITY_ZONE

RESTITUTION_FIGURES_HOOK = "restitution_figures"
MONTHS_OF_A_YEAR = 12


# Letter of a period by its number of months: « 2019-S1 », « 2019-T1 ». A month is written « 2019-03 ».
LETTERS = {6: "S", 3: "T"}
KEY = re.compile(r"(?P<year>[12]\d{3})(?:-(?:(?P<letter>[ST])(?P<number>[1-4])|(?P<month>\d{2})))?")


@dataclass(frozen=True)
class Period:
    """Year, half-year, quarter or month, in the city's time: `months` from the day `first`. `ends` is exclusive."""

    first: date
    months: int = 12

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1))

    @classmethod
    def around(cls, day: date, months: int) -> "Period":
        """Returns the period of `months` that contains `day`."""
        return cls(date(day.year, (day.month - 1) // months * months + 1, 1), months)

    @classmethod
    def named(cls, key: str) -> "Period":
        """Returns the period with the key `key`. Raises `ValueError` if it is malformed."""
        match = KEY.fullmatch(key)
        if not match:
            raise ValueError(key)
        months = next((size for size, letter in LETTERS.items() if letter == match["letter"]), 1)
        if match["month"]:
            return cls(date(int(match["year"]), int(match["month"]), 1), 1)
        if match["letter"]:
            return cls(date(int(match["year"]), (int(match["number"]) - 1) * months + 1, 1), months)
        return cls.of_year(int(match["year"]))

    @property
    def year(self) -> int:
        return self.first.year

    @property
    def is_year(self) -> bool:
        return self.months == MONTHS_OF_A_YEAR

    @property
    def next(self) -> "Period":
        months = self.first.month - 1 + self.months
        return Period(date(self.year + months // MONTHS_OF_A_YEAR, months % MONTHS_OF_A_YEAR + 1, 1), self.months)

    @property
    def last(self) -> date:
        """Last day of the period."""
        return self.next.first - timedelta(days=1)

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time.min, tzinfo=CITY_ZONE)

    @property
    def ends(self) -> datetime:
        """First moment after the period."""
        return self.next.begins

    def during(self, field: str) -> dict[str, Any]:
        """Returns filter arguments for a datetime `field` within the period."""
        return {f"{field}__gte": self.begins, f"{field}__lt": self.ends}

    @property
    def key(self) -> str:
        """Stored form: « 2019 », « 2019-S1 », « 2019-T3 », « 2019-03 »."""
        if self.is_year:
            return str(self.year)
        if self.months == 1:
            return f"{self.year}-{self.first.month:02}"
        return f"{self.year}-{LETTERS[self.months]}{self.number}"

    @property
    def number(self) -> int:
        """Position in the year, from 1."""
        return (self.first.month - 1) // self.months + 1

    @property
    def words(self) -> str:
        """Displayed form: « 2019 », « 1er semestre 2019 », « 3e trimestre 2019 », « mars 2019 »."""
        if self.is_year:
            return str(self.year)
        if self.months == 1:
            return date_format(self.first, "F Y")
        templates = {
            6: [_("1st half of %(year)s"), _("2nd half of %(year)s")],
            3: [
                *(_("1st quarter of %(year)s"), _("2nd quarter of %(year)s")),
                *(_("3rd quarter of %(year)s"), _("4th quarter of %(year)s")),
            ],
        }
        return templates[self.months][self.number - 1] % {"year": self.year}

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Reading:
    """Result of a measure: a number, or None if there is nothing to measure.

    `base` is the number of items behind a percentage or a median. `words` is the formatted number, and `note` says on
    what it rests.
    """

    number: int | None
    base: int | None = None
    words: str = ""
    note: str = ""

    @property
    def display_value(self) -> int | str | None:
        return self.words or self.number


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Figure to measure: its label, its definition in one sentence, and the rows that it counts.

    The report shows it where its `key` belongs (`indicators.restitution.queries.figures`), or among the other figures
    without a key. The key also links it to an indicator of the committee.

    `value` computes the result from the rows, by default their number.
    """

    key: str = ""
    section: str
    label: str
    definition: str
    rows: QuerySet
    value: Callable[[QuerySet], Reading] = lambda rows: Reading(rows.count())

    def frozen(self) -> dict[str, Any]:
        """Measures now. Returns the dictionary stored in the report, with the value, its query and the time."""
        reading = self.value(self.rows)
        return {
            "key": self.key,
            "section": self.section,
            "label": self.label,
            "definition": self.definition,
            "value": reading.display_value,
            "note": reading.note,
            "query": str(self.rows.query),
            "measured_at": timezone.localtime().isoformat(timespec="seconds"),
        }
