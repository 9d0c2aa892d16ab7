"""Workshops as calendar events (`common.calendars`)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from common import calendars
from common.calendars import CalendarEvent, one_line
from common.urls import absolute_url
from inclusion.models import Workshop


def calendar_of(workshops: Iterable[Workshop]) -> bytes:
    """Returns the iCalendar file of `workshops`, in their order."""
    return calendars.calendar_of(map(_event, workshops), name=_("Workshops of digital help"), product="Ateliers")


def _event(workshop: Workshop) -> CalendarEvent:
    url = absolute_url(workshop.get_absolute_url())
    published_at = workshop.published_at or workshop.changed_at
    title = workshop.title
    details = [
        workshop.cancelled_because,
        workshop.learns,
        workshop.how_to_come,
        workshop.price or _("Free"),
        workshop.seats,
    ]
    return CalendarEvent(
        uid=str(workshop.key),
        sequence=max(0, int((workshop.changed_at - published_at).total_seconds())),
        changed_at=workshop.changed_at,
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
        summary=_("Workshop cancelled: %(title)s") % {"title": title} if workshop.is_cancelled else title,
        location=", ".join([workshop.where, workshop.get_commune_display()]),
        description="\n".join([*(one_line(line) for line in details if line), url]),
        url=url,
        is_cancelled=workshop.is_cancelled,
    )
