"""Deadlines promised to residents: reading of a text, and answer to a proposal.

Both are counted in working days of the city: Monday to Friday, without the public holidays of France and those of
the region (`common.city`).
"""

import datetime as dt
from threading import Lock
from typing import Any, ClassVar

from holidays import country_holidays

from common.city import CITY

# Promised on the rules page and in mails: the team reads everything within this time.
READING_WORKING_DAYS = 2
# Announced delay of the answer after publication: about two months.
ANSWER_WORKING_DAYS = 40

# The calendar adds a year at its first use; without a lock, another thread could see that year without holidays.
_calendar = country_holidays("FR", subdiv=CITY.subdivision or None)
_turn = Lock()


class AwaitsAnswer:
    """Mixin of objects answered by an announced date: proposals of residents, findings of trials."""

    # States without an answer yet.
    WAITING_STATES: ClassVar[tuple[str, ...]]
    state: Any
    answer_due_on: Any

    def is_overdue(self, today: dt.date) -> bool:
        """Returns whether an answer was announced for a day before `today` and has not been given."""
        return self.state in self.WAITING_STATES and self.answer_due_on is not None and self.answer_due_on < today


def add_working_days(day: dt.date, count: int) -> dt.date:
    """Returns the date `count` working days after `day`; `count` is one or more."""
    with _turn:
        return _calendar.get_nth_working_day(day, count)


def working_days_since(day: dt.date, today: dt.date) -> int:
    """Returns how many working days have begun after `day`, `today` included: the age of a text written on `day`."""
    if today <= day:
        return 0
    with _turn:
        return _calendar.get_working_days_count(day + dt.timedelta(days=1), today)


def reading_due_on(written_on: dt.date) -> dt.date:
    """Returns the date by which a text written on `written_on` is to be read."""
    return add_working_days(written_on, READING_WORKING_DAYS)


def reading_late_since(today: dt.date) -> dt.date:
    """Returns the latest date whose texts are late on `today`."""
    day = today - dt.timedelta(days=1)
    while reading_due_on(day) >= today:
        day -= dt.timedelta(days=1)
    return day


def answer_due_on(published_on: dt.date) -> dt.date:
    """Returns the date announced for the answer to a proposal published on `published_on`."""
    return add_working_days(published_on, ANSWER_WORKING_DAYS)
