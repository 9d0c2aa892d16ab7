"""The two promises made to residents: when a text is read, and when a proposal is answered."""

import datetime as dt

# Said on the rules page and in mails: a person of the team reads everything within this time.
READING_WORKING_DAYS = 2
# The announced date of the committee's answer, counted from the publication.
ANSWER_DAYS = 60

SATURDAY = 5


def add_working_days(day: dt.date, count: int) -> dt.date:
    """Returns the date `count` working days (Monday to Friday) after `day`."""
    while count:
        day += dt.timedelta(days=1)
        if day.weekday() < SATURDAY:
            count -= 1
    return day


def reading_due_on(written_on: dt.date) -> dt.date:
    """Returns the date before which a text written on `written_on` is read."""
    return add_working_days(written_on, READING_WORKING_DAYS)


def answer_due_on(published_on: dt.date) -> dt.date:
    """Returns the date announced for the answer to a proposal published on `published_on`."""
    return published_on + dt.timedelta(days=ANSWER_DAYS)


def working_days_since(day: dt.date, today: dt.date) -> int:
    """Returns how many working days have begun after `day`, `today` included: the age of what was written on `day`."""
    days = (day + dt.timedelta(days=number) for number in range(1, (today - day).days + 1))
    return sum(one.weekday() < SATURDAY for one in days)
