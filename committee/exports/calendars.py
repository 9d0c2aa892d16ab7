"""Sessions in the iCalendar format (RFC 5545).

The same sessions give the same bytes: nothing depends on the moment of the request, so responses can be cached.
"""

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from committee.models import SessionPage
from committee.models.naming import as_public
from common.sanitising import clean_text
from common.templatetags.dates import PARIS, hour
from common.urls import absolute_url
from mailing.content import Attachment

PRODUCT = "-//Comite des usagers du numerique//Seances//FR"
TZID = "Europe/Paris"


def calendar_of(sessions: Iterable[SessionPage], request: HttpRequest | None = None) -> bytes:
    """Returns the calendar that holds `sessions`, in their order: folded lines that end with CR LF.

    `request`, when there is one, only keeps the root of the site, so that it is read once for all URLs.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Sessions of the committee"))
    calendar.add("x-wr-timezone", TZID)
    calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    calendar.add_component(_paris_time())
    for session in sessions:
        calendar.add_component(_event(session, request))
    return calendar.to_ical()


def attachment_of(session: SessionPage) -> Attachment:
    """Returns the calendar of one session as an attachment of a mail."""
    data = base64.b64encode(calendar_of([session])).decode()
    return Attachment(f"seance-{session.slug}.ics", data, "text/calendar")


def _event(session: SessionPage, request: HttpRequest | None) -> Event:
    url = absolute_url(session.get_url(request) or "")
    published = session.last_published_at or session.starts_at
    event = Event()
    event.add("uid", str(session.translation_key))
    event.add("dtstamp", published)
    event.add("last-modified", published)
    event.add("sequence", _sequence(session))
    event.add("dtstart", session.starts_at.astimezone(PARIS))
    event.add("dtend", session.ends_at.astimezone(PARIS))
    event.add("summary", one_line(_summary(session)))
    event.add("location", one_line(session.place))
    event.add("description", _description(session, url))
    event.add("url", url)
    event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    return event


def one_line(text: str) -> str:
    """Returns `text` on one line, without control characters: a title cannot become a property of the calendar."""
    return " ".join(clean_text(text).split())


def _summary(session: SessionPage) -> str:
    return _("Cancelled: %(title)s") % {"title": session.heading} if session.is_cancelled else session.heading


def _description(session: SessionPage, url: str) -> str:
    """Returns the agenda, one item per line, the access and the URL of the session."""
    items = [
        " · ".join(filter(None, [hour(item.starts_at), one_line(item.title), one_line(as_public(item.presenter))]))
        for item in session.agenda_items.all()
    ]
    return "\n".join([*items, one_line(session.access), url]).strip()


def _sequence(session: SessionPage) -> int:
    """Returns a number that grows with each publication (seconds since the first one), as RFC 5545 asks of changes."""
    if not (session.first_published_at and session.last_published_at):
        return 0
    return max(0, int((session.last_published_at - session.first_published_at).total_seconds()))


def _paris_time() -> Timezone:
    """The rule of the European Union since 1996: last Sundays of March and October, at 1:00 UTC."""
    summer, winter = TimezoneDaylight(), TimezoneStandard()
    _observance(summer, "CEST", datetime(1996, 3, 31, 2), before=1, after=2, month=3)
    _observance(winter, "CET", datetime(1996, 10, 27, 3), before=2, after=1, month=10)
    paris = Timezone()
    paris.add("tzid", TZID)
    paris.add_component(summer)
    paris.add_component(winter)
    return paris


def _observance(
    observance: TimezoneDaylight | TimezoneStandard, name: str, start: datetime, *, before: int, after: int, month: int
) -> None:
    observance.add("tzname", name)
    observance.add("dtstart", start)
    observance.add("tzoffsetfrom", timedelta(hours=before))
    observance.add("tzoffsetto", timedelta(hours=after))
    observance.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
