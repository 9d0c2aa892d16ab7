"""The two deadlines, counted by hand: working days in Strasbourg, including Alsace's two holidays."""

import datetime as dt

import pytest

from participation.models.deadlines import (
    ANSWER_WORKING_DAYS,
    READING_WORKING_DAYS,
    add_working_days,
    answer_due_on,
    reading_due_on,
    working_days_since,
)


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        # An ordinary week, a weekend, and a start on a Saturday.
        ("2026-11-23", 2, "2026-11-25"),
        ("2026-11-26", 2, "2026-11-30"),
        ("2026-11-28", 2, "2026-12-01"),
        # 1 May 2026 is a Friday: Thursday, then Monday.
        ("2026-04-30", 1, "2026-05-04"),
        # 8 May 2026 is a Friday too.
        ("2026-05-06", 2, "2026-05-11"),
        # Ascension, Thursday 14 May 2026, and Pentecost Monday, 25 May.
        ("2026-05-13", 1, "2026-05-15"),
        ("2026-05-22", 1, "2026-05-26"),
        # Good Friday, 3 April 2026 (Alsace only), then the weekend, then Easter Monday.
        ("2026-04-02", 1, "2026-04-07"),
        # Christmas 2025 is a Thursday, 26 December a Friday (Alsace only).
        ("2025-12-24", 1, "2025-12-29"),
        # Over the end of the year: 1 January 2026 is a Thursday.
        ("2025-12-31", 1, "2026-01-02"),
        # 14 July 2026 is a Tuesday, 11 November a Wednesday; 15 August 2026 and 1 November are on a weekend.
        ("2026-07-13", 1, "2026-07-15"),
        ("2026-11-10", 1, "2026-11-12"),
        ("2026-08-14", 1, "2026-08-17"),
        ("2026-10-30", 1, "2026-11-02"),
    ],
)
def test_working_days_exclude_holidays_of_alsace(start, count, due):
    assert add_working_days(day(start), count) == day(due)


def test_moderation_is_due_in_two_working_days():
    assert READING_WORKING_DAYS == 2
    assert reading_due_on(day("2026-04-02")) == day("2026-04-08")


@pytest.mark.parametrize(
    ("published", "due"),
    [
        # Eight full weeks, no holiday on a working day: 5 January to 2 March 2026.
        ("2026-01-05", "2026-03-02"),
        # Good Friday, Easter Monday, 1 May, 8 May and Ascension: one week later.
        ("2026-03-23", "2026-05-26"),
        # 11 November, Christmas and 26 December 2025, 1 January 2026.
        ("2025-11-03", "2026-01-02"),
    ],
)
def test_answer_is_due_in_forty_working_days(published, due):
    assert ANSWER_WORKING_DAYS == 40
    assert answer_due_on(day(published)) == day(due)


@pytest.mark.parametrize(
    ("start", "today", "count"),
    [
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-23", "2026-11-20", 0),
        ("2026-11-23", "2026-11-24", 1),
        ("2026-11-27", "2026-11-29", 0),
        ("2026-04-02", "2026-04-07", 1),
        ("2025-12-23", "2025-12-30", 3),
    ],
)
def test_age_counts_working_days_only(start, today, count):
    assert working_days_since(day(start), day(today)) == count


@pytest.mark.parametrize("start", ["2026-04-02", "2025-12-24", "2026-11-28"])
def test_working_days_since_is_the_inverse_of_add_working_days(start):
    for count in range(1, 60):
        assert working_days_since(day(start), add_working_days(day(start), count)) == count
