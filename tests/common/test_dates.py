"""Dates and times in written French."""

import datetime as dt

import pytest

from common.templatetags.dates import CITY_ZONE, coming, day, deadline, hour, hours, near_day, short_day, short_deadline

WINTER = dt.datetime(2019, 1, 14, 17, 0, tzinfo=dt.UTC)
SUMMER = dt.datetime(2019, 5, 20, 16, 30, tzinfo=dt.UTC)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (WINTER, "lundi 14 janvier 2019"),
        (dt.date(2019, 4, 24), "mercredi 24 avril 2019"),
        (dt.datetime(2019, 1, 13, 23, 30, tzinfo=dt.UTC), "lundi 14 janvier 2019"),
        (dt.date(2019, 3, 1), "vendredi 1er mars 2019"),
        (None, ""),
    ],
)
def test_a_day_is_written_in_full_and_in_paris_time(moment, expected):
    assert plain(day(moment)) == expected


def test_near_day_omits_weekday_and_year():
    assert plain(near_day(WINTER)) == "14 janvier"


def test_short_day_omits_the_weekday():
    assert plain(short_day(WINTER)) == "14 janvier 2019"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(WINTER, "18 h"), (SUMMER, "18 h 30"), (dt.time(9, 5), "9 h 05"), (None, ""), (dt.time(0, 0), "0 h")],
)
def test_hour_follows_daylight_saving_time(moment, expected):
    assert plain(hour(moment)) == expected


def test_hours_of_a_range():
    start = dt.datetime(2019, 1, 14, 18, 0, tzinfo=CITY_ZONE)
    assert plain(hours(start, start + dt.timedelta(hours=2))) == "de 18 h à 20 h"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (WINTER, "lundi 14 janvier 2019 à 18 h"),
        # Midnight in Paris, so that the 14th is not included.
        (dt.datetime(2019, 1, 13, 23, 0, tzinfo=dt.UTC), "dimanche 13 janvier 2019"),
        (None, ""),
    ],
)
def test_deadline_has_its_hour_and_midnight_is_the_day_before(moment, expected):
    assert plain(deadline(moment)) == expected
    assert plain(short_deadline(moment)) == expected.partition(" ")[2]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (SUMMER, "20 mai 2019 à 18 h 30"),
        (WINTER, ""),
        (dt.date(2019, 4, 2), "2 avril 2019"),
        (dt.date(2019, 4, 1), "1er avril 2019"),
        (dt.date(2019, 3, 31), ""),
    ],
)
def test_coming_is_empty_for_past_dates(value, expected, time_machine):
    time_machine.move_to(dt.datetime(2019, 4, 1, 8, 0, tzinfo=dt.UTC), tick=False)
    assert plain(coming(value)) == expected
