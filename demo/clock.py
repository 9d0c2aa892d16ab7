"""Dates of the demonstration: all but the 2019 season are counted from the moment of loading."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
MONDAY, SATURDAY = 0, 5


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

    def ago(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Returns the moment `days` before the loading. It is never in the future: today, it may be now."""
        return min(paris(self.today - timedelta(days=days), time(hour, minute)), self.now)

    def ahead(self, days: int, hour: int = 18) -> datetime:
        """Returns the moment `days` after the loading, at `hour`."""
        return paris(self.today + timedelta(days=days), time(hour))

    def day(self, value: int | date) -> date:
        """Returns the day that a text names: a date, or so many days after the loading (before it: negative)."""
        return value if isinstance(value, date) else self.today + timedelta(days=value)

    def in_days_ago(self, value: Any) -> Any:
        """Returns `value`, a text or a part of one, in which each date has become the days before the loading."""
        if isinstance(value, dict):
            return {name: self.in_days_ago(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.in_days_ago(one) for one in value]
        return (self.today - value).days if isinstance(value, date) else value

    def coming_monday(self) -> date:
        """Returns the Monday that is eleven to seventeen days away: about two weeks."""
        earliest = self.today + timedelta(days=11)
        return earliest + timedelta(days=(MONDAY - earliest.weekday()) % 7)

    def first_workshop(self) -> date:
        """Returns the Saturday of the first workshop: that after the coming session."""
        return self.coming_monday() + timedelta(days=SATURDAY)

    def monday_before(self, days: int) -> date:
        """Returns the Monday of the week that is `days` before the loading."""
        day = self.today - timedelta(days=days)
        return day - timedelta(days=day.weekday())


def paris(day: date, at: time) -> datetime:
    """Returns the moment when clocks in Paris show `at` on `day`."""
    return datetime.combine(day, at, tzinfo=PARIS)
