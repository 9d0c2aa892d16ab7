"""Deadlines promised to residents: when a text is read, and when a proposal is answered.

Both are counted in working days as they are in the city: Monday to Friday, without the public holidays of France and
those that the region adds (`common.city`).
"""

import datetime as dt
from threading import Lock
from typing import Any, ClassVar

from holidays import country_holidays

from common.city import CITY

# Said on the rules page and in mails: a person of the team reads everything within this time.
READING_WORKING_DAYS = 2
# The announced date of the answer, counted from the publication: about two months.
ANSWER_WORKING_DAYS = 40

# The calendar adds a year at the first question about it; meanwhile another thread would find that year without
# holidays.
_calendar = country_holidays("FR", subdiv=CITY.subdivision or None)
_turn = Lock()


class AwaitsAnswer:
    """Mixin of what is answered before an announced day: proposals of residents, findings of trials."""

    # The states in which the answer has not come.
    WAITING_STATES: ClassVar[tuple[str, ...]]
    state: Any
    answer_due_on: Any

    def is_overdue(self, today: dt.date) -> bool:
        """Returns whether its answer was announced for a day before `today` and has not come."""
        return self.state in self.WAITING_STATES and self.answer_due_on is not None and self.answer_due_on < today


def add_working_days(day: dt.date, count: int) -> dt.date:
    """Returns the date `count` working days after `day`; `count` is one or more."""
    with _turn:
        return _calendar.get_nth_working_day(day, count)


def working_days_since(day: dt.date, today: dt.date) -> int:
    """Returns how many working days have begun after `day`, `today` included: the age of what was written on `day`."""
    if today <= day:
        return 0
    with _turn:
        return _calendar.get_working_days_count(day + dt.timedelta(days=1), today)


def reading_due_on(written_on: dt.date) -> dt.date:
    """Returns the date before which a text written on `written_on` is read."""
    return add_working_days(written_on, READING_WORKING_DAYS)


def reading_late_since(today: dt.date) -> dt.date:
    """Returns the last date of which the texts are late on `today`: they should have been read before."""
    day = today - dt.timedelta(days=1)
    while reading_due_on(day) >= today:
        day -= dt.timedelta(days=1)
    return day


def answer_due_on(published_on: dt.date) -> dt.date:
    """Returns the date announced for the answer to a proposal published on `published_on`."""
    return add_working_days(published_on, ANSWER_WORKING_DAYS)
