"""Dates of the demonstration: all but the 2019 season are counted from the moment of loading."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
MONDAY = 0


@dataclass(frozen=True)
class Clock:
    """Turns "so many days before the loading" into moments, at plausible hours of the day in Paris."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(PARIS).date()

    def ago(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Returns the moment `days` before the loading. It is never in the future: today, it may be now."""
        return min(paris(self.today - timedelta(days=days), time(hour, minute)), self.now)

    def ahead(self, days: int, hour: int = 18) -> datetime:
        """Returns the moment `days` after the loading, at `hour`."""
        return paris(self.today + timedelta(days=days), time(hour))

    def coming_monday(self) -> date:
        """Returns the Monday that is eleven to seventeen days away: about two weeks."""
        earliest = self.today + timedelta(days=11)
        return earliest + timedelta(days=(MONDAY - earliest.weekday()) % 7)

    def monday_before(self, days: int) -> date:
        """Returns the Monday of the week that is `days` before the loading."""
        day = self.today - timedelta(days=days)
        return day - timedelta(days=day.weekday())


def paris(day: date, at: time) -> datetime:
    """Returns the moment when clocks in Paris show `at` on `day`."""
    return datetime.combine(day, at, tzinfo=PARIS)
