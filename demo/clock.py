"""Dates of the demonstration: all but the 2019 season are counted from the moment of loading."""

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
    """Turns "so many days before the loading" into moments, at plausible hours of the day in Paris."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(PARIS).date()

    @property
    def programme_year(self) -> int:
        """The year of the programme that runs: it is adopted in January, so the one before until January is over."""
        return (self.today - timedelta(days=31)).year

    def third_monday(self) -> date:
        """Returns the third Monday of the year of the programme."""
        first = date(self.programme_year, 1, 1)
        return first + timedelta(days=(MONDAY - first.weekday()) % 7) + 2 * WEEK

    def ago(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Returns the moment `days` before the loading. It is never in the future: today, it may be now."""
        return min(paris(self.today - timedelta(days=days), time(hour, minute)), self.now)

    def ahead(self, days: int, hour: int = 18) -> datetime:
        """Returns the moment `days` after the loading, at `hour`."""
        return paris(self.today + timedelta(days=days), time(hour))

    def day(self, value: int | date | str) -> date:
        """Returns the day that a text names: a date, so many days after the loading (before it: negative), or a word.

        The words are "next", the coming session, and "workshop", the first workshop on a Saturday.
        """
        if isinstance(value, str):
            return {"next": self.coming_monday, "workshop": self.first_workshop}[value]()
        return value if isinstance(value, date) else self.today + timedelta(days=value)

    def in_days_ago(self, value: Any) -> Any:
        """Returns `value`, a text or a part of one, in which each date has become the days before the loading."""
        if isinstance(value, dict):
            return {name: self.in_days_ago(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.in_days_ago(one) for one in value]
        return (self.today - value).days if isinstance(value, date) else value

    def coming_monday(self) -> date:
        """Returns the Monday that is eleven to seventeen days away, or the next one if it is a holiday."""
        earliest = self.today + timedelta(days=11)
        return no_holiday(earliest + timedelta(days=(MONDAY - earliest.weekday()) % 7), WEEK)

    def first_workshop(self) -> date:
        """Returns the Saturday of the first workshop: that after the coming session."""
        return no_holiday(self.coming_monday() + timedelta(days=SATURDAY), WEEK)

    def monday_before(self, days: int) -> date:
        """Returns the Monday of the week that is `days` before the loading, or the one before if it is a holiday."""
        day = self.today - timedelta(days=days)
        return no_holiday(day - timedelta(days=day.weekday()), -WEEK)

    def opening_day(self, days: int) -> date:
        """Returns the day `days` after the loading, or the next one (before it: the one before) if all is closed."""
        day = self.today + timedelta(days=days)
        step = timedelta(days=1 if days > 0 else -1)
        while day.weekday() in (SATURDAY, SUNDAY) or holiday_on(day):
            day += step
        return day


def no_holiday(day: date, step: timedelta) -> date:
    """Returns `day`, or the first day, `step` after `step`, that is no holiday."""
    while holiday_on(day):
        day += step
    return day


def paris(day: date, at: time) -> datetime:
    """Returns the moment when clocks in Paris show `at` on `day`."""
    return datetime.combine(day, at, tzinfo=PARIS)
