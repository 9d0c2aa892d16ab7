"""Dates and hours are written as people read them in French."""

import datetime as dt

import pytest

from common.templatetags.dates import PARIS, day, hour, hours, short_day

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


def test_a_short_day_leaves_the_day_of_the_week_out():
    assert plain(short_day(WINTER)) == "14 janvier 2019"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(WINTER, "18 h"), (SUMMER, "18 h 30"), (dt.time(9, 5), "9 h 05"), (None, ""), (dt.time(0, 0), "0 h")],
)
def test_an_hour_follows_the_season(moment, expected):
    assert plain(hour(moment)) == expected


def test_hours_say_from_and_to():
    start = dt.datetime(2019, 1, 14, 18, 0, tzinfo=PARIS)
    assert plain(hours(start, start + dt.timedelta(hours=2))) == "de 18 h à 20 h"
