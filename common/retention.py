"""Retention of personal data: current figures of the declarations (`common.personal_data`), and their erasure jobs.

The tick runs the jobs. The data-protection officer sees the figures in the admin.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from common.models import RetentionRun
from common.personal_data import PersonalData

logger = logging.getLogger(__name__)


class PartlyFailed(Exception):
    """Raised at the end of a job that could not erase some rows; `erased` is the number of the others."""

    def __init__(self, erased: int) -> None:
        super().__init__(erased)
        self.erased = erased


@dataclass(frozen=True)
class RetentionRow:
    """Current state of a declaration: its rows, and the last run of its job; None for missing values."""

    rule: PersonalData
    count: int | None
    oldest: "datetime | date | None"
    over_at: "datetime | date | None"
    run: RetentionRun | None


def table_now(rules: list[PersonalData]) -> list[RetentionRow]:
    """Returns `rules` with current figures: two queries for each with rows."""
    runs = {run.name: run for run in RetentionRun.objects.all()}
    return [RetentionRow(rule, rule.count(), *rule.bounds(), runs.get(rule.name)) for rule in rules]


def erase_due(rules: list[PersonalData], *, now: datetime) -> dict[str, int]:
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
