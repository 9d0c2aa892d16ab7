"""Calendars of events in the iCalendar format (RFC 5545).

Equal events give equal bytes, independent of the time of the request, so that responses can be cached.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from icalendar import Calendar, Event, Timezone

from common.sanitising import clean_text
from common.templatetags.dates import CITY_ZONE

# Years for which the files describe the time zone, for programs that do not know its name.
FIRST_DAY, LAST_DAY = date(2010, 1, 1), date(2038, 1, 1)
# Methods of RFC 5546: published calendar, invitation, cancellation.
PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
CALENDAR_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """Event. `uid` never changes; `sequence` grows with each change (RFC 5545)."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    url: str
    is_cancelled: bool = False
    # E-mail addresses, for invitations only.
    organizer: str = ""
    attendee: str = ""


def calendar_of(events: Iterable[CalendarEvent], *, name: str, product: str, method: str = PUBLISH) -> bytes:
    """Returns the calendar `name` with `events`, in order, as folded lines ending with CR LF.

    `product` identifies the program that created the file (PRODID).
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Comite des usagers du numerique//{product}//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    calendar.add_component(Timezone.from_tzid(settings.TIME_ZONE, first_date=FIRST_DAY, last_date=LAST_DAY))
    for event in events:
        calendar.add_component(_component(event))
    return calendar.to_ical()


def calendar_response(content: bytes, name: str) -> HttpResponse:
    """Returns the response with the calendar `content` as the file `name`."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CALENDAR_TYPE, headers=headers)


def one_line(text: str) -> str:
    """Returns `text` on one line, without control characters, so that it cannot inject properties."""
    return " ".join(clean_text(text).split())


def _component(event: CalendarEvent) -> Event:
    component = Event()
    component.add("uid", event.uid)
    component.add("dtstamp", event.changed_at)
    component.add("last-modified", event.changed_at)
    component.add("sequence", event.sequence)
    component.add("dtstart", event.starts_at.astimezone(CITY_ZONE))
    component.add("dtend", event.ends_at.astimezone(CITY_ZONE))
    component.add("summary", one_line(event.summary))
    component.add("location", one_line(event.location))
    component.add("description", event.description)
    component.add("url", event.url)
    component.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    if event.organizer and event.attendee:
        component.add("organizer", f"mailto:{event.organizer}")
        component.add("attendee", f"mailto:{event.attendee}", parameters={"RSVP": "FALSE"})
    return component
