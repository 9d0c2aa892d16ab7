"""Duplicates a session as a draft of the next one, with the same place, hours and agenda items."""

from datetime import date, datetime, timedelta
from itertools import count

from django.db import transaction

from accounts.models import User
from committee.models import AgendaItem, SessionPage
from committee.services.session_dates import add_draft
from common.holidays import holiday_on
from common.templatetags.dates import CITY_ZONE, in_city_time

INTERVAL = timedelta(weeks=4)


def next_free_day(session: SessionPage, today: date) -> date:
    """Returns the first future day, without a holiday or a session, a multiple of four weeks after `session`."""
    first = in_city_time(session.starts_at).date()
    taken = set(SessionPage.objects.values_list("slug", flat=True))
    days = (first + times * INTERVAL for times in count(1))
    return next(day for day in days if day > today and day.isoformat() not in taken and not holiday_on(day))


@transaction.atomic
def duplicate(*, session: SessionPage, day: date, number: int | None, user: User) -> SessionPage:
    """Returns a new draft on `day`, with the place, access, local hours and agenda items of `session`, and `number`.

    Not copied: link, presenters, topics, proposals, workshop groups, experts, decisions, minutes, documents,
    attendance. Raises `ValidationError` if another session has that day.
    """
    starts_at = _same_hour(session.starts_at, day)
    # A session may end after midnight.
    nights = in_city_time(session.ends_at).date() - in_city_time(session.starts_at).date()
    page = SessionPage(
        number=number,
        starts_at=starts_at,
        ends_at=_same_hour(session.ends_at, day + nights),
        place=session.place,
        access=session.access,
        open_to_public=session.open_to_public,
    )
    page.agenda_items = [  # type: ignore[misc]
        AgendaItem(sort_order=order, starts_at=item.starts_at, minutes=item.minutes, title=item.title)
        for order, item in enumerate(session.agenda_items.all())
    ]
    add_draft(page, session.get_parent(), user)
    return page


def _same_hour(moment: datetime, day: date) -> datetime:
    """Returns the same local hour on `day`, across daylight saving changes."""
    return datetime.combine(day, in_city_time(moment).time(), CITY_ZONE)
