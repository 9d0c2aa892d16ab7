"""Opening hours in the writing of OpenStreetMap: whether a place is open at a moment, and when that changes.

Public counters are closed on public holidays, where their hours say nothing else: those of France, and those that the
region of the city adds, in its departments (`common.city`). The library knows the calendar of France only: the
holidays are written into the hours as days. Reading hours takes some 20 µs, and asking them 10: nothing is remembered.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from common.city import CITY
from common.holidays import holidays_of
from common.templatetags.dates import PARIS, in_paris

MAX_LENGTH = 500
# What opens later than that is of no help today.
HORIZON = timedelta(days=60)
# « PH off », « Mo-Fr,PH 10:00-12:00 »: a rule about public holidays, and what it says of them.
ABOUT_HOLIDAYS = re.compile(r'[^";]*\bPH\b[^\s";]*\s+([^;]+)')
# « 2026 Nov 30 off », « 2026 Dec 24-2027 Jan 2 off "travaux" »: a rule that closes days of one year.
DATED_CLOSURE = re.compile(r'\s*(\d{4} [A-Z][a-z]{2} [^":;]+?):?\s+(?:off|closed)(?:\s+"([^"]*)")?\s*')
DATED_DAYS = re.compile(r"(\d{4}) ([A-Z][a-z]{2}) (\d{1,2})(?:\s*-\s*(?:(?:(\d{4}) )?([A-Z][a-z]{2}) )?(\d{1,2}))?")
SPAN = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")
IN_WORDS = re.compile(r'"[^"]*"')
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, order=True)
class Closure:
    """An exceptional closure, from its first to its last day."""

    first: date
    last: date
    reason: str = ""

    @property
    def rule(self) -> str:
        """Returns it as hours are written: « 2026 Nov 30-2026 Dec 4 off "travaux" »."""
        days = _written(self.first) if self.first == self.last else f"{_written(self.first)}-{_written(self.last)}"
        reason = self.reason.replace('"', "”").replace(";", ",")
        return f'{days} off "{reason}"' if reason else f"{days} off"

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class OpeningDay:
    """The times from and to of one day; none of a day on which it is closed, as on a holiday or in a `closure`."""

    day: date
    times: list[tuple[time, time]]
    is_holiday: bool = False
    closure: Closure | None = None


@dataclass(frozen=True)
class Opening:
    """Whether a place is open, until when, and else when it opens; None is: not within two months.

    `note` is what the hours say of it in words: « sur rendez-vous ». `closure` is the one of that day.
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
    """Whether `hours` are opening hours in the writing of OpenStreetMap."""
    return _parsed(hours) is not None


def are_the_same(hours: str, others: str) -> bool:
    """Whether both can be read, and say the same."""
    found, other = _parsed(hours), _parsed(others)
    return found is not None and other is not None and str(found.normalize()) == str(other.normalize())


def closures_in(hours: str) -> list[Closure]:
    """Returns the exceptional closures that `hours` hold: the days of one year that a rule closes."""
    found = []
    for rule in hours.split(";"):
        if closed := DATED_CLOSURE.fullmatch(rule):
            days = (DATED_DAYS.fullmatch(part.strip()) for part in closed[1].split(","))
            found += [closure for match in days if match and (closure := _closure(match, closed[2] or ""))]
    return found


def with_closures(hours: str, closures: Iterable[Closure]) -> str:
    """Returns `hours` with `closures` as their last rules, which overrule the others."""
    return "; ".join([hours.strip().rstrip(";"), *(closure.rule for closure in closures)])


def spans_past_midnight(hours: str) -> list[str]:
    """Returns the spans of `hours` that end on the next day, « 14:00-12:00 »: of a counter, mostly a slip."""
    spans = SPAN.findall(IN_WORDS.sub("", hours)) if can_be_read(hours) else []
    return [f"{start}-{end}" for start, end in spans if not start.zfill(5) < end.zfill(5) <= "24:00"]


def is_always_open(hours: str) -> bool:
    """Returns whether `hours` are day and night, holidays included: « 24/7 ». Exceptional closures are left out."""
    # Nothing else can be: most hours need not be read for it.
    found = _parsed(_ordinary(hours)) if "24" in hours else None
    return found is not None and str(found.normalize()) == "24/7"


def opening_at(
    hours: str, moment: datetime, *, department: str = CITY.code[:2], closures: Sequence[Closure] = ()
) -> Opening | None:
    """Returns whether a place of `department` with `hours` is open at `moment`; None of hours that cannot be read.

    `closures` are exceptional ones that the hours do not hold.
    """
    now = in_paris(moment).replace(second=0, microsecond=0)
    found = _on_real_days(hours, department, now.year, closures)
    if found is None:
        return None
    closure = _covering([*closures, *closures_in(hours)], now.date())
    is_holiday = now.date() in holidays_of(now.year, in_region=department in CITY.departments)
    intervals = found.intervals(now, now + HORIZON)
    _start, end, state, note = next(intervals)
    if state == State.OPEN:
        for start, until, following, _note in intervals:
            if following != State.OPEN:
                return Opening(True, closes_at=start, note=note, is_holiday=is_holiday, closure=closure)
            end = until
        return Opening(
            True, closes_at=None if end >= now + HORIZON else end, note=note, is_holiday=is_holiday, closure=closure
        )
    opens_at, said = next(((start, said) for start, _end, state, said in intervals if state == State.OPEN), (None, ""))
    return Opening(False, opens_at=opens_at, note=said, is_holiday=is_holiday, closure=closure)


def days_from(
    hours: str, day: date, *, department: str = CITY.code[:2], closures: Sequence[Closure] = ()
) -> list[OpeningDay]:
    """Returns seven days from `day` on, with their holidays and closures; nothing of hours that cannot be read.

    What goes on after midnight ends at 0:00 of the next day.
    """
    found = _on_real_days(hours, department, day.year, closures)
    if found is None:
        return []
    every = [*closures, *closures_in(hours)]
    in_region = department in CITY.departments
    return [
        OpeningDay(one, _times(found, one), one in holidays_of(one.year, in_region=in_region), _covering(every, one))
        for one in (day + timedelta(days=number) for number in range(7))
    ]


def week_of(hours: str, day: date) -> list[OpeningDay]:
    """Returns an ordinary week, from the Monday before `day`; nothing of hours that cannot be read.

    Public holidays and exceptional closures are left aside.
    """
    found = _parsed(_ordinary(hours))
    if found is None:
        return []
    monday = day - timedelta(days=day.weekday())
    return [OpeningDay(one, _times(found, one)) for one in (monday + timedelta(days=number) for number in range(7))]


def _ordinary(hours: str) -> str:
    """Returns `hours` without the rules of exceptional closures."""
    return ";".join(rule for rule in hours.split(";") if not closures_in(rule))


def _on_real_days(hours: str, department: str, year: int, closures: Iterable[Closure]) -> OpeningHours | None:
    """Returns what `hours` say with holidays and all closures; None of hours that cannot be read."""
    ordinary = _parsed(hours)
    if ordinary is None:
        return None
    written = with_closures(_with_holidays(hours, department, year), [*closures_in(hours), *closures])
    return _parsed(written) or _parsed(with_closures(hours, closures)) or ordinary


def _closure(match: re.Match[str], reason: str) -> Closure | None:
    """Returns the closure of the days that `DATED_DAYS` found; None where there is no such day."""
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
    """Returns `hours` with a rule for the days that are holidays: what the hours say of « PH », else closed.

    What is open day and night has none.
    """
    in_region = department in CITY.departments
    holidays = sorted({*holidays_of(year, in_region=in_region), *holidays_of(year + 1, in_region=in_region)})
    dates = ",".join(map(_written, holidays))
    closed = [] if is_always_open(hours) else ["off"]
    said = [match[1].strip() for match in ABOUT_HOLIDAYS.finditer(hours)] or closed
    return "; ".join([hours.strip().rstrip(";"), *(f"{dates} {rule}" for rule in said)])
