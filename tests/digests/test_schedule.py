"""Slots: one a day, a week or a month in Paris, whatever daylight saving does."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from digests.models import Frequency
from digests.schedule import PARIS, Rhythm, latest_slot, next_slot, rhythm_of, slot

UTC = dt.UTC
MINUTE = dt.timedelta(minutes=1)
HOURS = [dt.time(0, 0), dt.time(2, 30), dt.time(7, 0), dt.time(23, 59)]


def daily(at):
    return Rhythm(Frequency.DAILY, at, dt.timedelta(hours=20), dt.timedelta(days=1))


def test_the_hour_that_does_not_exist_moves_forward_and_the_repeated_one_is_its_first():
    assert slot(dt.date(2026, 3, 29), dt.time(2, 30)) == dt.datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert slot(dt.date(2026, 3, 29), dt.time(2, 30)).astimezone(PARIS).time() == dt.time(3, 30)
    assert slot(dt.date(2026, 10, 25), dt.time(2, 30)) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert slot(dt.date(2026, 11, 23), dt.time(7, 0)) == dt.datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize("at", HOURS)
@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "Pacific/Noumea", "America/Miquelon"])
def test_each_local_day_of_a_year_has_one_slot_and_the_latest_never_goes_back(at, zone):
    tz = ZoneInfo(zone)
    seen = []
    for offset in range(366):
        due = slot(dt.date(2026, 1, 1) + dt.timedelta(days=offset), at, tz)
        for moment in (due - MINUTE, due, due + MINUTE):
            day, found = latest_slot(moment, daily(at), tz)
            assert found <= moment
            assert not seen or (day, found) >= seen[-1]
            if not seen or (day, found) != seen[-1]:
                seen.append((day, found))
    days = [day for day, _found in seen]
    assert days == [days[0] + dt.timedelta(days=n) for n in range(len(days))]
    assert len(days) == 367  # the slot of the day before the first minute, then one a day


@pytest.mark.parametrize("day", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)])
@pytest.mark.parametrize("at", HOURS)
def test_every_minute_of_a_day_of_change_has_one_slot_per_local_day(day, at):
    start = dt.datetime.combine(day - dt.timedelta(days=1), dt.time(0), tzinfo=PARIS).astimezone(UTC)
    found = [latest_slot(start + n * MINUTE, daily(at)) for n in range(3 * 24 * 60)]
    keys = list(dict.fromkeys(found))
    assert keys == sorted(keys)
    days = [key for key, _moment in keys]
    assert days == [days[0] + dt.timedelta(days=n) for n in range(len(days))]


def test_the_weekly_letter_is_due_on_monday_and_the_monthly_one_on_the_first():
    weekly, monthly = rhythm_of("weekly"), rhythm_of("monthly")
    sunday_night = dt.datetime(2026, 11, 22, 23, 59, tzinfo=PARIS)
    assert latest_slot(sunday_night, weekly)[0] == dt.date(2026, 11, 16)
    assert latest_slot(dt.datetime(2026, 11, 23, 7, 0, tzinfo=PARIS), weekly)[0] == dt.date(2026, 11, 23)
    assert latest_slot(dt.datetime(2026, 12, 1, 6, 59, tzinfo=PARIS), monthly)[0] == dt.date(2026, 11, 1)
    assert latest_slot(dt.datetime(2026, 12, 1, 7, 0, tzinfo=PARIS), monthly)[0] == dt.date(2026, 12, 1)


@pytest.mark.parametrize("frequency", Frequency.values)
def test_the_next_slot_is_the_latest_one_once_its_moment_has_come(frequency):
    now = dt.datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    due = next_slot(now, rhythm_of(frequency))
    assert due > now
    assert latest_slot(due, rhythm_of(frequency))[1] == due
    assert latest_slot(due - MINUTE, rhythm_of(frequency))[1] <= now
