"""Sessions as events of a calendar (`common.calendars`)."""

import base64
from collections.abc import Iterable
from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import gettext as _

from committee.models import SessionPage
from committee.models.naming import as_public
from common import calendars
from common.calendars import CalendarEvent, one_line
from common.templatetags.dates import hour
from common.urls import absolute_url
from mailing.content import Attachment


def calendar_of(
    sessions: Iterable[SessionPage], request: HttpRequest | None = None, further: Iterable[CalendarEvent] = ()
) -> bytes:
    """Returns a calendar of `sessions`, in order, then the `further` events.

    `request`, if given, caches the root of the site, so that it is queried once for all URLs.
    """
    events = (_event(session, request) for session in sessions)
    return calendars.calendar_of([*events, *further], name=_("Sessions of the committee"), product="Seances")


def attachment_of(session: SessionPage) -> Attachment:
    """Returns the calendar of one session as an attachment of a mail."""
    data = base64.b64encode(calendar_of([session])).decode()
    return Attachment(f"seance-{session.slug}.ics", data, "text/calendar")


def invitation_to(session: SessionPage, *, organizer: str, attendee: str, expected: bool) -> Attachment:
    """Returns `session` as an invitation to `attendee`, which replaces an earlier one in their calendar.

    If the session is cancelled or the person is not `expected`, the invitation is withdrawn.
    """
    event = replace(_event(session, None), organizer=organizer, attendee=attendee)
    method = calendars.REQUEST
    if session.is_cancelled or not expected:
        event, method = replace(event, is_cancelled=True), calendars.CANCEL
    content = calendars.calendar_of([event], name=_("Sessions of the committee"), product="Seances", method=method)
    data = base64.b64encode(content).decode()
    return Attachment(f"seance-{session.slug}.ics", data, f"text/calendar; method={method}; charset=utf-8")


def _event(session: SessionPage, request: HttpRequest | None) -> CalendarEvent:
    url = absolute_url(session.get_url(request) or "")
    return CalendarEvent(
        uid=str(session.translation_key),
        sequence=_sequence(session),
        changed_at=session.last_published_at or session.starts_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=_summary(session),
        location=session.place,
        description=_description(session, url),
        url=url,
        is_cancelled=session.is_cancelled,
    )


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
    """Returns the iCalendar sequence number, which grows with each publication: seconds since the first one."""
    if not (session.first_published_at and session.last_published_at):
        return 0
    return max(0, int((session.last_published_at - session.first_published_at).total_seconds()))
