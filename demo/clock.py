"""Dates of the demonstration: all dates except the 2019 season are relative to the time of loading."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from common.holidays import holiday_on

PARIS = ZoneInfo("Europe/Paris")
MONDAY, SATURDAY, SUNDAY = 0, 5, 6
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Clock:
    """Converts a number of days before the loading to a time at a plausible hour of the day in Paris."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(PARIS).date()

    @property
    def programme_year(self) -> int:
        """Year of the current programme, adopted in January: the previous year until the end of January."""
        return (self.today - timedelta(days=31)).year

    def third_monday(self) -> date:
        """Returns the third Monday of the year of the programme."""
        first = date(self.programme_year, 1, 1)
        return first + timedelta(days=(MONDAY - first.weekday()) % 7) + 2 * WEEK

    def ago(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Returns the time `days` before the loading. Never in the future: on the day of loading, at most now."""
        return min(paris(self.today - timedelta(days=days), time(hour, minute)), self.now)

    def ahead(self, days: int, hour: int = 18) -> datetime:
        """Returns the time `days` after the loading, at `hour`."""
        return paris(self.today + timedelta(days=days), time(hour))

    def day(self, value: int | date | str) -> date:
        """Returns the day for a date, a number of days after the loading (negative: before), or a word.

        The words are "next", the next session, and "workshop", the first workshop on a Saturday.
        """
        if isinstance(value, str):
            return {"next": self.coming_monday, "workshop": self.first_workshop}[value]()
        return value if isinstance(value, date) else self.today + timedelta(days=value)

    def in_days_ago(self, value: Any) -> Any:
        """Returns `value`, a text or a part of one, with each date replaced by its days before the loading."""
        if isinstance(value, dict):
            return {name: self.in_days_ago(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.in_days_ago(one) for one in value]
        return (self.today - value).days if isinstance(value, date) else value

    def coming_monday(self) -> date:
        """Returns the Monday eleven to seventeen days ahead, or the next one if it is a holiday."""
        earliest = self.today + timedelta(days=11)
        return no_holiday(earliest + timedelta(days=(MONDAY - earliest.weekday()) % 7), WEEK)

    def first_workshop(self) -> date:
        """Returns the Saturday of the first workshop, after the next session."""
        return no_holiday(self.coming_monday() + timedelta(days=SATURDAY), WEEK)

    def monday_before(self, days: int) -> date:
        """Returns the Monday of the week `days` before the loading, or the previous one if it is a holiday."""
        day = self.today - timedelta(days=days)
        return no_holiday(day - timedelta(days=day.weekday()), -WEEK)

    def opening_day(self, days: int) -> date:
        """Returns the day `days` after the loading, or the next working day (negative: before, the previous one)."""
        day = self.today + timedelta(days=days)
        step = timedelta(days=1 if days > 0 else -1)
        while day.weekday() in (SATURDAY, SUNDAY) or holiday_on(day):
            day += step
        return day


def no_holiday(day: date, step: timedelta) -> date:
    """Returns `day`, or the first day in steps of `step` that is not a holiday."""
    while holiday_on(day):
        day += step
    return day


def paris(day: date, at: time) -> datetime:
    """Returns the time at which clocks in Paris show `at` on `day`."""
    return datetime.combine(day, at, tzinfo=PARIS)
