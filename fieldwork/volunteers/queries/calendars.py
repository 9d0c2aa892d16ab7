"""Outings as calendar events (`common.calendars`) with their meeting points, for members."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from common import calendars
from common.calendars import CalendarEvent, one_line
from common.urls import absolute_url
from fieldwork.models import Outing
from fieldwork.volunteers.queries.going import volunteering_url


def calendar_of(outings: Iterable[Outing]) -> bytes:
    """Returns the iCalendar file of `outings`, in their order."""
    return calendars.calendar_of(map(_event, outings), name=_("Outings of the committee"), product="Sorties")


def _event(outing: Outing) -> CalendarEvent:
    url = absolute_url(volunteering_url(outing))
    title = _("Outing: %(place)s") % {"place": outing.place}
    details = [outing.cancelled_because, outing.survey.title, outing.meeting_point]
    return CalendarEvent(
        uid=f"sortie-{outing.pk}@{absolute_url('').partition('//')[2]}",
        sequence=int((outing.changed_at - outing.created_at).total_seconds()),
        changed_at=outing.changed_at,
        starts_at=outing.starts_at,
        ends_at=outing.ends_at,
        summary=_("Cancelled: %(title)s") % {"title": title} if outing.is_cancelled else title,
        location=outing.meeting_point or outing.place,
        description="\n".join([*(one_line(line) for line in details if line), url]),
        url=url,
        is_cancelled=outing.is_cancelled,
    )
