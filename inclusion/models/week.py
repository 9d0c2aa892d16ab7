"""Ordinary week of opening hours, at most two spans a day: conversion between the form and OpenStreetMap syntax."""

import re
from collections.abc import Sequence
from datetime import date, time
from itertools import groupby

from inclusion.models.hours import are_the_same, closures_in, is_always_open, week_of

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
SPANS_A_DAY = 2
MIDNIGHT = time()
# « PH off »: the default of the site, which many files write explicitly.
CLOSED_ON_HOLIDAYS = re.compile(r"\s*PH\s+(?:off|closed)\s*")

Span = tuple[time, time]
Week = list[list[Span]]


def week_in(hours: str) -> Week | None:
    """Returns the spans of each day from Monday on; None if the hours cannot be parsed or expressed as a week.

    Exceptional closures and « PH off » are allowed beside the week (`with_week`).
    """
    if is_always_open(hours):
        return None
    # Any week will do: hours that vary with the season do not equal one week of them.
    week = [opening_day.times for opening_day in week_of(hours, date(2026, 1, 5))]
    if not week or any(len(spans) > SPANS_A_DAY for spans in week):
        return None
    return week if are_the_same(hours, with_week(hours, week)) else None


def with_week(hours: str, week: Week) -> str:
    """Returns `hours` with `week` instead of their ordinary rules; their closures stay."""
    unchanged = [rule.strip() for rule in hours.split(";") if CLOSED_ON_HOLIDAYS.fullmatch(rule) or closures_in(rule)]
    return "; ".join([*_rules(week), *unchanged]) if any(week) else ""


def _rules(week: Week) -> list[str]:
    """Returns rules such as « Mo-Fr 09:00-12:00,14:00-17:00 », consecutive equal days grouped, closed days left out."""
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
    """Returns whether the spans of a day are incomplete, out of order, or go past midnight."""
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
