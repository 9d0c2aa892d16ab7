"""Slots: one a day, a week or a month in Paris, in spite of daylight saving."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from common.templatetags.dates import CITY_ZONE
from digests.admin.dashboard import NextDigestPanel
from digests.models import Frequency
from digests.models.schedule import Schedule, latest_slot, next_slot, rhythm_of, slot
from tests.digests.factories import SLOT, SubscriberFactory
from tests.factories import UserFactory

UTC = dt.UTC
MINUTE = dt.timedelta(minutes=1)
ZONES = ["Europe/Paris", "Indian/Reunion", "Pacific/Noumea", "America/Miquelon"]
HOURS = [dt.time(0, 0), dt.time(2, 30), dt.time(7, 0), dt.time(23, 59)]


def daily_schedule(at):
    return Schedule(Frequency.DAILY, at, dt.timedelta(hours=20), dt.timedelta(days=1))


def test_slots_at_daylight_saving_changes():
    assert slot(dt.date(2026, 3, 29), dt.time(2, 30)) == dt.datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert slot(dt.date(2026, 3, 29), dt.time(2, 30)).astimezone(CITY_ZONE).time() == dt.time(3, 30)
    assert slot(dt.date(2026, 10, 25), dt.time(2, 30)) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert slot(dt.date(2026, 11, 23), dt.time(7, 0)) == dt.datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.mark.one_database
@pytest.mark.parametrize("zone", ZONES)
def test_each_local_day_of_ten_years_has_one_slot_a_minute_before_and_after_it(zone):
    """The latest slot is the previous day's until a minute before a slot; from the slot on it is the new one."""
    tz = ZoneInfo(zone)
    for at in HOURS:
        rhythm, day = daily_schedule(at), dt.date(2026, 1, 1)
        before = slot(day - dt.timedelta(days=1), at, tz)
        while day.year < 2036:
            due = slot(day, at, tz)
            assert latest_slot(due - MINUTE, rhythm, tz) == (day - dt.timedelta(days=1), before)
            assert latest_slot(due, rhythm, tz) == latest_slot(due + MINUTE, rhythm, tz) == (day, due)
            day, before = day + dt.timedelta(days=1), due


def days_of_change(tz):
    """Yields the days from 2026 to 2036 on which the UTC offset of `tz` changes."""
    day = dt.date(2026, 1, 1)
    while day.year <= 2036:
        following = day + dt.timedelta(days=1)
        offsets = {dt.datetime.combine(each, dt.time(0), tzinfo=tz).utcoffset() for each in (day, following)}
        if len(offsets) == 2:
            yield day
        day = following


@pytest.mark.one_database
@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_of_a_day_of_change_belongs_to_one_slot(zone):
    tz = ZoneInfo(zone)
    days = list(days_of_change(tz))
    assert len(days) == (22 if zone in ("Europe/Paris", "America/Miquelon") else 0)
    for day in days:
        start = dt.datetime.combine(day, dt.time(0), tzinfo=tz).astimezone(UTC)
        for at in HOURS:
            rhythm = daily_schedule(at)
            keys = list(dict.fromkeys(latest_slot(start + n * MINUTE, rhythm, tz) for n in range(-60, 26 * 60)))
            assert keys == sorted(keys)
            slot_days = [key for key, _moment in keys]
            assert slot_days == [slot_days[0] + dt.timedelta(days=n) for n in range(len(slot_days))]
            assert day in slot_days or day - dt.timedelta(days=1) in slot_days


def test_the_weekly_digest_is_due_on_monday_and_the_monthly_one_on_the_first():
    weekly, monthly = rhythm_of("weekly"), rhythm_of("monthly")
    sunday_night = dt.datetime(2026, 11, 22, 23, 59, tzinfo=CITY_ZONE)
    assert latest_slot(sunday_night, weekly)[0] == dt.date(2026, 11, 16)
    assert latest_slot(dt.datetime(2026, 11, 23, 7, 0, tzinfo=CITY_ZONE), weekly)[0] == dt.date(2026, 11, 23)
    assert latest_slot(dt.datetime(2026, 12, 1, 6, 59, tzinfo=CITY_ZONE), monthly)[0] == dt.date(2026, 11, 1)
    assert latest_slot(dt.datetime(2026, 12, 1, 7, 0, tzinfo=CITY_ZONE), monthly)[0] == dt.date(2026, 12, 1)


@pytest.mark.parametrize("frequency", Frequency.values)
def test_next_slot_becomes_the_latest_one_at_its_time(frequency):
    now = dt.datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    due = next_slot(now, rhythm_of(frequency))
    assert due > now
    assert latest_slot(due, rhythm_of(frequency))[1] == due
    assert latest_slot(due - MINUTE, rhythm_of(frequency))[1] <= now


@pytest.mark.django_db
def test_dashboard_counts_the_days_before_the_next_digest_in_the_time_of_the_city(monkeypatch):
    # As in a city far from Greenwich: it is the 26th there.
    leaves_at = dt.datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    monkeypatch.setattr("digests.admin.dashboard.next_slot", lambda now, rhythm: leaves_at)
    SubscriberFactory()
    assert NextDigestPanel(UserFactory(), SLOT).work().count == 3
