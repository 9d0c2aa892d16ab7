"""Opening hours in OpenStreetMap syntax: whether a place is open at a given time, and when that changes.

Unless their hours state otherwise, places are closed on the public holidays of France and on those that the city's
region adds in its departments (`common.city`). The library only knows the French calendar, so the holidays are added
to the hours as dates. Parsing takes about 20 µs and evaluation 10 µs: nothing is cached.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from common.city import CITY
from common.holidays import holidays_of
from common.templatetags.dates import CITY_ZONE, in_city_time

MAX_LENGTH = 500
# An opening further away than this is of no use to a reader today.
HORIZON = timedelta(days=60)
# A rule about public holidays and its effect: « PH off », « Mo-Fr,PH 10:00-12:00 ».
ABOUT_HOLIDAYS = re.compile(r'[^";]*\bPH\b[^\s";]*\s+([^;]+)')
# A rule that closes dated days: « 2026 Nov 30 off », « 2026 Dec 24-2027 Jan 2 off "travaux" ».
DATED_CLOSURE = re.compile(r'\s*(\d{4} [A-Z][a-z]{2} [^":;]+?):?\s+(?:off|closed)(?:\s+"([^"]*)")?\s*')
DATED_DAYS = re.compile(r"(\d{4}) ([A-Z][a-z]{2}) (\d{1,2})(?:\s*-\s*(?:(?:(\d{4}) )?([A-Z][a-z]{2}) )?(\d{1,2}))?")
SPAN = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")
IN_WORDS = re.compile(r'"[^"]*"')
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, order=True)
class Closure:
    """Exceptional closure, from its first to its last day inclusive."""

    first: date
    last: date
    reason: str = ""

    @property
    def rule(self) -> str:
        """Rule in the syntax of the hours: « 2026 Nov 30-2026 Dec 4 off "travaux" »."""
        days = _written(self.first) if self.first == self.last else f"{_written(self.first)}-{_written(self.last)}"
        reason = self.reason.replace('"', "”").replace(";", ",")
        return f'{days} off "{reason}"' if reason else f"{days} off"

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class OpeningDay:
    """Opening spans of one day; empty if closed, for example on a holiday or during `closure`."""

    day: date
    times: list[tuple[time, time]]
    is_holiday: bool = False
    closure: Closure | None = None


@dataclass(frozen=True)
class Opening:
    """State of a place: open until `closes_at`, or closed until `opens_at` (None: not within `HORIZON`, two months).

    `note` is the comment of the current rule, such as « sur rendez-vous ». `closure` is the one of that day.
    """

    is_open: bool
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    is_holiday: bool = False
    note: str = ""
    closure: Closure | None = None

    @property
    def never_closes(self) -> bool:
        return self.is_open and self.closes_at is None


def can_be_read(hours: str) -> bool:
    """Returns whether `hours` are valid OpenStreetMap opening hours."""
    return _parsed(hours) is not None


def are_the_same(hours: str, other_hours: str) -> bool:
    """Returns whether both are valid and equivalent."""
    parsed, other = _parsed(hours), _parsed(other_hours)
    return parsed is not None and other is not None and str(parsed.normalize()) == str(other.normalize())


def closures_in(hours: str) -> list[Closure]:
    """Returns the exceptional closures in `hours`: the dated days that a rule closes."""
    closures = []
    for rule in hours.split(";"):
        if closed := DATED_CLOSURE.fullmatch(rule):
            days = (DATED_DAYS.fullmatch(part.strip()) for part in closed[1].split(","))
            closures += [closure for match in days if match and (closure := _closure(match, closed[2] or ""))]
    return closures


def with_closures(hours: str, closures: Iterable[Closure]) -> str:
    """Returns `hours` followed by the rules of `closures`, which take precedence."""
    return "; ".join([hours.strip().rstrip(";"), *(closure.rule for closure in closures)])


def spans_past_midnight(hours: str) -> list[str]:
    """Returns the spans of `hours` that end on the next day, such as « 14:00-12:00 »: mostly a mistake."""
    spans = SPAN.findall(IN_WORDS.sub("", hours)) if can_be_read(hours) else []
    return [f"{start}-{end}" for start, end in spans if not start.zfill(5) < end.zfill(5) <= "24:00"]


def is_always_open(hours: str) -> bool:
    """Returns whether `hours` are « 24/7 », holidays included. Exceptional closures are ignored."""
    # Shortcut that avoids parsing most hours.
    parsed = _parsed(_ordinary(hours)) if "24" in hours else None
    return parsed is not None and str(parsed.normalize()) == "24/7"


def opening_at(
    hours: str, moment: datetime, *, department: str = CITY.code[:2], closures: Sequence[Closure] = ()
) -> Opening | None:
    """Returns the state at `moment` of a place in `department`, or None if `hours` cannot be parsed.

    `closures` are exceptional ones that are not part of `hours`.
    """
    now = in_city_time(moment).replace(second=0, microsecond=0)
    parsed = _on_real_days(hours, department, now.year, closures)
    if parsed is None:
        return None
    closure = _covering([*closures, *closures_in(hours)], now.date())
    is_holiday = now.date() in holidays_of(now.year, in_region=department in CITY.departments)
    intervals = parsed.intervals(now, now + HORIZON)
    _start, end, state, note = next(intervals)
    if state == State.OPEN:
        for start, until, following, _note in intervals:
            if following != State.OPEN:
                return Opening(True, closes_at=start, note=note, is_holiday=is_holiday, closure=closure)
            end = until
        return Opening(
            True, closes_at=None if end >= now + HORIZON else end, note=note, is_holiday=is_holiday, closure=closure
        )
    opens_at, note = next(((start, note) for start, _end, state, note in intervals if state == State.OPEN), (None, ""))
    return Opening(False, opens_at=opens_at, note=note, is_holiday=is_holiday, closure=closure)


def days_from(
    hours: str, day: date, *, department: str = CITY.code[:2], closures: Sequence[Closure] = ()
) -> list[OpeningDay]:
    """Returns seven days from `day` on, with holidays and closures; [] if `hours` cannot be parsed.

    A span past midnight ends at 0:00 of the next day.
    """
    parsed = _on_real_days(hours, department, day.year, closures)
    if parsed is None:
        return []
    every = [*closures, *closures_in(hours)]
    in_region = department in CITY.departments
    return [
        OpeningDay(
            current_day,
            _times(parsed, current_day),
            current_day in holidays_of(current_day.year, in_region=in_region),
            _covering(every, current_day),
        )
        for current_day in (day + timedelta(days=offset) for offset in range(7))
    ]


def week_of(hours: str, day: date) -> list[OpeningDay]:
    """Returns an ordinary week, from the Monday on or before `day`; [] if `hours` cannot be parsed.

    Public holidays and exceptional closures are ignored.
    """
    parsed = _parsed(_ordinary(hours))
    if parsed is None:
        return []
    monday = day - timedelta(days=day.weekday())
    return [
        OpeningDay(current_day, _times(parsed, current_day))
        for current_day in (monday + timedelta(days=offset) for offset in range(7))
    ]


def _ordinary(hours: str) -> str:
    """Returns `hours` without the rules of exceptional closures."""
    return ";".join(rule for rule in hours.split(";") if not closures_in(rule))


def _on_real_days(hours: str, department: str, year: int, closures: Iterable[Closure]) -> OpeningHours | None:
    """Returns the parsed `hours` with holidays and all closures, or None if they cannot be parsed."""
    ordinary = _parsed(hours)
    if ordinary is None:
        return None
    written = with_closures(_with_holidays(hours, department, year), [*closures_in(hours), *closures])
    return _parsed(written) or _parsed(with_closures(hours, closures)) or ordinary


def _closure(match: re.Match[str], reason: str) -> Closure | None:
    """Returns the closure matched by `DATED_DAYS`, or None if the dates are invalid."""
    year, month, day, last_year, last_month, last_day = match.groups()
    try:
        first = date(int(year), MONTHS.index(month) + 1, int(day))
        last = date(int(last_year or year), MONTHS.index(last_month or month) + 1, int(last_day)) if last_day else first
    except ValueError:
        return None
    return Closure(first, last, reason) if first <= last else None


def _covering(closures: Iterable[Closure], day: date) -> Closure | None:
    return next((closure for closure in closures if closure.covers(day)), None)


def _written(day: date) -> str:
    return f"{day.year} {MONTHS[day.month - 1]} {day.day}"


def _times(parsed: OpeningHours, day: date) -> list[tuple[time, time]]:
    start = datetime.combine(day, time(), CITY_ZONE)
    intervals = parsed.intervals(start, datetime.combine(day + timedelta(days=1), time(), CITY_ZONE))
    return [(begin.time(), end.time()) for begin, end, state, _note in intervals if state == State.OPEN]


def _parsed(hours: str) -> OpeningHours | None:
    if not hours.strip() or len(hours) > 4 * MAX_LENGTH:
        return None
    try:
        return OpeningHours(hours, timezone=CITY_ZONE, auto_country=False, auto_timezone=False, max_interval_days=366)
    except ParserError:
        return None


def _with_holidays(hours: str, department: str, year: int) -> str:
    """Returns `hours` with a rule for the dates of holidays: that of « PH » in the hours, else closed.

    Hours of day and night get no such rule.
    """
    in_region = department in CITY.departments
    holidays = sorted({*holidays_of(year, in_region=in_region), *holidays_of(year + 1, in_region=in_region)})
    dates = ",".join(map(_written, holidays))
    closed = [] if is_always_open(hours) else ["off"]
    rules = [match[1].strip() for match in ABOUT_HOLIDAYS.finditer(hours)] or closed
    return "; ".join([hours.strip().rstrip(";"), *(f"{dates} {rule}" for rule in rules)])
