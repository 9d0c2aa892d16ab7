"""Public presentation of a report, as a calendar event (`common.calendars`)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from common.calendars import CalendarEvent, one_line
from common.urls import absolute_url
from indicators.models import Restitution


def presentations() -> Iterator[CalendarEvent]:
    """Yields the presentations of the published reports, for the calendar of the sessions."""
    for report in Restitution.objects.published().filter(event_starts_at__isnull=False).order_by("event_starts_at"):
        yield event_of(report)


def event_of(report: Restitution) -> CalendarEvent:
    """Returns the presentation of `report`. Raises `ValueError` if it is unpublished or has none."""
    url = absolute_url(report.get_absolute_url())
    published_at, starts_at, ends_at = report.published_at, report.event_starts_at, report.event_ends_at
    if not (published_at and starts_at and ends_at):
        raise ValueError("This report is not published, or has no presentation.")
    changed_at = max(report.changed_at or published_at, published_at)
    return CalendarEvent(
        uid=f"restitution-{report.year}",
        sequence=int((changed_at - published_at).total_seconds()),
        changed_at=changed_at,
        starts_at=starts_at,
        ends_at=ends_at,
        summary=_("The report of %(year)s is presented to the public") % {"year": report.year},
        location=report.event_place,
        description="\n".join(filter(None, [one_line(report.event_audience), url])),
        url=url,
    )
