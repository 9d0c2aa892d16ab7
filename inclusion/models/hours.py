"""Opening hours in the writing of OpenStreetMap: whether a place is open at a moment, and when that changes.

Public counters are closed on public holidays, where their hours say nothing else: those of France, and those that the
region of the city adds, in its departments (`common.city`). The library knows the calendar of France only: the
holidays are written into the hours as days. Reading hours takes some 20 µs, and asking them 10: nothing is remembered.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from holidays import country_holidays
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from common.city import CITY
from common.templatetags.dates import PARIS, in_paris

MAX_LENGTH = 500
# What opens later than that is of no help today.
HORIZON = timedelta(days=60)
# « PH off », « Mo-Fr,PH 10:00-12:00 »: a rule about public holidays, and what it says of them.
ABOUT_HOLIDAYS = re.compile(r'[^";]*\bPH\b[^\s";]*\s+([^;]+)')
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Opening:
    """Whether a place is open, until when, and else when it opens; None is: not within two months.

    `note` is what the hours say of it in words: « sur rendez-vous ».
    """

    is_open: bool
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    is_holiday: bool = False
    note: str = ""

    @property
    def never_closes(self) -> bool:
        return self.is_open and self.closes_at is None


def can_be_read(hours: str) -> bool:
    """Whether `hours` are opening hours in the writing of OpenStreetMap."""
    return _parsed(hours) is not None


def opening_at(hours: str, moment: datetime, *, department: str = CITY.code[:2]) -> Opening | None:
    """Returns whether a place of `department` with `hours` is open at `moment`; None of hours that cannot be read."""
    now = in_paris(moment).replace(second=0, microsecond=0)
    ordinary = _parsed(hours)
    if ordinary is None:
        return None
    found = _parsed(_with_holidays(hours, department, now.year)) or ordinary
    is_holiday = now.date() in _holidays(department in CITY.departments, now.year)
    intervals = found.intervals(now, now + HORIZON)
    _start, end, state, note = next(intervals)
    if state == State.OPEN:
        for start, until, following, _note in intervals:
            if following != State.OPEN:
                return Opening(True, closes_at=start, is_holiday=is_holiday, note=note)
            end = until
        return Opening(True, closes_at=None if end >= now + HORIZON else end, is_holiday=is_holiday, note=note)
    opens_at, said = next(((start, said) for start, _end, state, said in intervals if state == State.OPEN), (None, ""))
    return Opening(False, opens_at=opens_at, is_holiday=is_holiday, note=said)


def week_of(hours: str, day: date) -> list[tuple[date, list[tuple[time, time]]]]:
    """Returns the seven days of the week of `day`, each with the times from and to; nothing of what cannot be read.

    It is an ordinary week: public holidays are left aside. What goes on after midnight ends at 0:00 of the next day.
    """
    found = _parsed(hours)
    if found is None:
        return []
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    return [(one, _times(found, one)) for one in days]


def _times(found: OpeningHours, day: date) -> list[tuple[time, time]]:
    start = datetime.combine(day, time(), PARIS)
    intervals = found.intervals(start, datetime.combine(day + timedelta(days=1), time(), PARIS))
    return [(begin.time(), end.time()) for begin, end, state, _note in intervals if state == State.OPEN]


def _parsed(hours: str) -> OpeningHours | None:
    if not hours.strip() or len(hours) > 4 * MAX_LENGTH:
        return None
    try:
        return OpeningHours(hours, timezone=PARIS, auto_country=False, auto_timezone=False, max_interval_days=366)
    except ParserError:
        return None


def _with_holidays(hours: str, department: str, year: int) -> str:
    """Returns `hours` with a rule for the days that are holidays: what the hours say of « PH », else closed."""
    is_of_region = department in CITY.departments
    holidays = sorted({*_holidays(is_of_region, year), *_holidays(is_of_region, year + 1)})
    dates = ",".join(f"{day.year} {MONTHS[day.month - 1]} {day.day}" for day in holidays)
    said = [match[1].strip() for match in ABOUT_HOLIDAYS.finditer(hours)] or ["off"]
    return "; ".join([hours.strip().rstrip(";"), *(f"{dates} {rule}" for rule in said)])


@lru_cache(maxsize=32)
def _holidays(is_of_region: bool, year: int) -> frozenset[date]:
    return frozenset(country_holidays("FR", subdiv=CITY.subdivision or None if is_of_region else None, years=year))
