"""An ordinary week of opening hours: two spans a day at most, as a form asks for it, written as OpenStreetMap does."""

import re
from collections.abc import Sequence
from datetime import date, time
from itertools import groupby

from inclusion.models.hours import are_the_same, closures_in, is_always_open, week_of

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
SPANS_A_DAY = 2
MIDNIGHT = time()
# « PH off »: what the site takes for granted, and many files write.
CLOSED_ON_HOLIDAYS = re.compile(r"\s*PH\s+(?:off|closed)\s*")

Span = tuple[time, time]
Week = list[list[Span]]


def week_in(hours: str) -> Week | None:
    """Returns the spans of each day from Monday on; None of hours that say more, or that cannot be read.

    Exceptional closures, and that it is closed on public holidays, stand beside the week (`with_week`).
    """
    if is_always_open(hours):
        return None
    # Any week serves: hours that change with the season are not the same as one of them.
    week = [one.times for one in week_of(hours, date(2026, 1, 5))]
    if not week or any(len(spans) > SPANS_A_DAY for spans in week):
        return None
    return week if are_the_same(hours, with_week(hours, week)) else None


def with_week(hours: str, week: Week) -> str:
    """Returns `hours` with `week` in the place of their own; the closures that they hold stay."""
    kept = [rule.strip() for rule in hours.split(";") if CLOSED_ON_HOLIDAYS.fullmatch(rule) or closures_in(rule)]
    return "; ".join([*_rules(week), *kept]) if any(week) else ""


def _rules(week: Week) -> list[str]:
    """Returns « Mo-Fr 09:00-12:00,14:00-17:00 »: days of the same hours together, closed ones left out."""
    rules = []
    for spans, grouped in groupby(zip(DAYS, week, strict=True), key=lambda day: day[1]):
        names = [name for name, _spans in grouped]
        if spans:
            days = names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
            rules.append(f"{days} {','.join(_written(*span) for span in spans)}")
    return rules


def _written(start: time, end: time) -> str:
    return f"{start:%H:%M}-{'24:00' if end == MIDNIGHT else format(end, '%H:%M')}"


def is_wrong(spans: Sequence[tuple[time | None, time | None]]) -> bool:
    """Whether the spans of one day are half written, out of order, or go past midnight."""
    latest = None
    for start, end in spans:
        if start is None and end is None:
            continue
        if start is None or end is None or (end <= start and end != MIDNIGHT):
            return True
        if latest is not None and (latest == MIDNIGHT or start < latest):
            return True
        latest = end
    return False
