"""Declarations of personal data: what is kept of people, on which legal basis, for how long, and why.

Each app has one list, `<app>/personal_data.py`, on the hook `personal_data` (`common/hooks.py`). docs/privacy.md has the
same as a table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Min, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MINUTE, HOUR, DAY, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=365)


class Basis(TextChoices):
    """Legal basis: article 6(1) of the GDPR, points e, a and c."""

    MISSION = "mission", _("public interest")
    CONSENT = "consent", _("consent")
    OBLIGATION = "obligation", _("legal obligation")


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """Declaration: `what` is kept for `kept` from `since` on; without `kept`, until the event `since`.

    `rows` returns the rows, whose field `moment` is the start of the period, or whose field `end` is its end.
    `erase(now=…)` erases expired rows, possibly in batches, and returns their number: it is idempotent, and cheap if
    there are none. It raises exceptions for failures, at the end `PartlyFailed` if the other rows were erased
    (`erase_each`). It runs every `every`, and at each tick as long as it erases rows.
    """

    # Stable name in the log and in the table of runs.
    name: str
    order: int
    what: "StrOrPromise"
    kept: timedelta | None = None
    since: "StrOrPromise"
    basis: Basis
    why: "StrOrPromise"
    rows: Callable[[], QuerySet[Any]] | None = None
    moment: str = ""
    end: str = ""
    erase: Callable[..., int] | None = None
    every: timedelta = DAY

    @property
    def duration(self) -> str:
        """Period in words; "" without a period."""
        return in_words(self.kept) if self.kept else ""

    @property
    def has_job(self) -> bool:
        return self.erase is not None

    def count(self) -> int | None:
        return None if self.rows is None else self.rows().count()

    def bounds(self) -> "tuple[datetime | date | None, datetime | date | None]":
        """Returns the time of the oldest row, and the first expiry; None if unknown."""
        if self.rows is None or not (self.moment or self.end):
            return None, None
        first = self.rows().aggregate(first=Min(self.moment or self.end))["first"]
        if self.end:
            return None, first
        return first, first + self.kept if first and self.kept else None


def in_words(kept: timedelta) -> str:
    """Returns a period in words: « 2 years », « 30 days », « 24 hours » or « 10 minutes », in the current language."""
    if kept >= YEAR and not kept % YEAR:
        return ngettext("%(count)d year", "%(count)d years", kept // YEAR) % {"count": kept // YEAR}
    if kept > DAY:
        return ngettext("%(count)d day", "%(count)d days", kept // DAY) % {"count": kept // DAY}
    if kept >= HOUR:
        return ngettext("%(count)d hour", "%(count)d hours", kept // HOUR) % {"count": kept // HOUR}
    return ngettext("%(count)d minute", "%(count)d minutes", kept // MINUTE) % {"count": kept // MINUTE}
