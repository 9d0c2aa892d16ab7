"""Retention of personal data: periods, reasons, and erasure jobs.

Each app registers its lines on the hook `retention` (`common/hooks.py`). The tick runs the jobs; the lines are
displayed to the data protection officer in the admin, and in docs/privacy.md. There is no other list.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Min, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.models import RetentionRun

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

logger = logging.getLogger(__name__)

MINUTE, HOUR, DAY, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=365)


class Basis(TextChoices):
    """Legal basis: article 6(1) of the GDPR, points e, a and c."""

    MISSION = "mission", _("public interest")
    CONSENT = "consent", _("consent")
    OBLIGATION = "obligation", _("legal obligation")


class PartlyFailed(Exception):
    """Raised at the end of a job that could not erase some rows; `erased` is the number of the others."""

    def __init__(self, erased: int) -> None:
        super().__init__(erased)
        self.erased = erased


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Line of the retention table: `what` is kept for `kept` from `since` on; without `kept`, until the event `since`.

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


@dataclass(frozen=True)
class Line:
    """Current state of a line: its rule, its rows, and the last run of its job; None for missing values."""

    rule: Retention
    count: int | None
    oldest: "datetime | date | None"
    over_at: "datetime | date | None"
    run: RetentionRun | None


def table_now(rules: list[Retention]) -> list[Line]:
    """Returns `rules` with current figures: two queries for each with rows."""
    runs = {run.name: run for run in RetentionRun.objects.all()}
    return [Line(rule, rule.count(), *rule.bounds(), runs.get(rule.name)) for rule in rules]


def erase_due(rules: list[Retention], *, now: datetime) -> dict[str, int]:
    """Runs the due jobs of `rules`; returns the number of erased rows by name.

    A failure is logged, displayed to the data protection officer, and retried at the next tick, without affecting other
    jobs.
    """
    runs = {run.name: run for run in RetentionRun.objects.all()}
    erased = {}
    for rule in rules:
        run = runs.get(rule.name) or RetentionRun(name=rule.name)
        if rule.erase is None or not run.is_due(now, rule.every):
            continue
        failed = False
        try:
            count = rule.erase(now=now)
        except PartlyFailed as error:
            count, failed = error.erased, True
            logger.warning("retention: the job %s did a part only", rule.name)
        except Exception:
            logger.exception("retention: the job %s failed", rule.name)
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            run.note_failure(now)
            continue
        if count:
            logger.info("retention: %s, %d erased", rule.name, count)
            erased[rule.name] = count
        run.note(count, now)
        if failed:
            run.note_failure(now)
    return erased


def erase_each(pks: Iterable[int], erase_one: Callable[[int], bool], *, what: str) -> int:
    """Calls `erase_one` for each of `pks` in its own transaction; returns the number of True results.

    Failures are logged with `what` and the primary key; after the others, `PartlyFailed` is raised.
    """
    erased = failed = 0
    for pk in pks:
        try:
            with transaction.atomic():
                erased += erase_one(pk)
        except Exception:
            logger.exception("the %s %d could not be erased", what, pk)
            failed += 1
    if failed:
        raise PartlyFailed(erased)
    return erased


def in_words(kept: timedelta) -> str:
    """Returns a period in words: « 2 years », « 30 days », « 24 hours » or « 10 minutes », in the current language."""
    if kept >= YEAR and not kept % YEAR:
        return ngettext("%(count)d year", "%(count)d years", kept // YEAR) % {"count": kept // YEAR}
    if kept > DAY:
        return ngettext("%(count)d day", "%(count)d days", kept // DAY) % {"count": kept // DAY}
    if kept >= HOUR:
        return ngettext("%(count)d hour", "%(count)d hours", kept // HOUR) % {"count": kept // HOUR}
    return ngettext("%(count)d minute", "%(count)d minutes", kept // MINUTE) % {"count": kept // MINUTE}
