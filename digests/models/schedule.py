"""Schedule of digests: slots at local times of the city, stored as UTC times with the local date as key."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from common.templatetags.dates import CITY_ZONE
from digests.models import Frequency, Hour, Subscriber

MONDAY = 0
# A month has at most 31 days, and the search starts tomorrow.
MAX_DAYS = 33


@dataclass(frozen=True)
class Schedule:
    """Slots at a local time, on every day, on one day of the week or on one day of the month."""

    frequency: Frequency
    at: time
    # A later digest is dropped, and its content goes into the next one.
    max_lateness: timedelta
    # Longest time between two slots.
    period: timedelta
    weekday: int | None = None
    day_of_month: int | None = None


LATENESS = {
    Frequency.DAILY: timedelta(hours=20),
    Frequency.WEEKLY: timedelta(days=5),
    Frequency.MONTHLY: timedelta(days=10),
}
PERIODS = {
    Frequency.DAILY: timedelta(days=1),
    Frequency.WEEKLY: timedelta(days=7),
    Frequency.MONTHLY: timedelta(days=31),
}
FIRST_OF_THE_MONTH = 1


def rhythm_of(frequency: str, weekday: int = MONDAY, hour: int = Hour.MORNING) -> Schedule:
    """Returns the schedule of readers who chose `frequency` and `hour`, and `weekday` for a weekly digest."""
    frequency_value = Frequency(frequency)
    return Schedule(
        frequency=frequency_value,
        at=time(hour),
        max_lateness=LATENESS[frequency_value],
        period=PERIODS[frequency_value],
        weekday=weekday if frequency_value == Frequency.WEEKLY else None,
        day_of_month=FIRST_OF_THE_MONTH if frequency_value == Frequency.MONTHLY else None,
    )


def slot(day: date, at: time, tz: ZoneInfo = CITY_ZONE) -> datetime:
    """Returns the UTC time of the local time `at` on `day`.

    A time skipped by summer time is moved forward; of a repeated hour, the first one is used.
    """
    return datetime.combine(day, at, tzinfo=tz).astimezone(UTC)


def latest_slot(now: datetime, rhythm: Schedule, tz: ZoneInfo = CITY_ZONE) -> tuple[date, datetime]:
    """Returns the local date and the time of the latest slot not after `now`.

    Only the latest one counts: after three days without a worker there is one digest, not three.
    """
    day = now.astimezone(tz).date() + timedelta(days=1)
    for _ in range(MAX_DAYS):
        if _fits(day, rhythm) and slot(day, rhythm.at, tz) <= now:
            return day, slot(day, rhythm.at, tz)
        day -= timedelta(days=1)
    raise AssertionError(f"no slot of {rhythm} before {now}")


def next_slot(now: datetime, rhythm: Schedule, tz: ZoneInfo = CITY_ZONE) -> datetime:
    """Returns the time of the first slot after `now`, as shown to readers."""
    day = now.astimezone(tz).date()
    for _ in range(MAX_DAYS):
        if _fits(day, rhythm) and slot(day, rhythm.at, tz) > now:
            return slot(day, rhythm.at, tz)
        day += timedelta(days=1)
    raise AssertionError(f"no slot of {rhythm} after {now}")


def next_digest(subscriber: Subscriber, now: datetime) -> datetime:
    """Returns the time of the next digest of `subscriber`, after a pause if there is one, as shown to them."""
    rhythm = rhythm_of(subscriber.frequency, subscriber.weekday, subscriber.hour)
    return next_slot(after_pause(subscriber, now), rhythm)


def after_pause(subscriber: Subscriber, now: datetime) -> datetime:
    """Returns the end of the pause of `subscriber`, or `now` if there is none or it is over."""
    if subscriber.paused_until is None:
        return now
    return max(now, datetime.combine(subscriber.paused_until, time(), tzinfo=CITY_ZONE))


def _fits(day: date, rhythm: Schedule) -> bool:
    return (rhythm.weekday is None or day.weekday() == rhythm.weekday) and (
        rhythm.day_of_month is None or day.day == rhythm.day_of_month
    )
