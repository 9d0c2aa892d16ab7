"""Template tag `{% load attendance %}`: public figures of attendance."""

from django import template

from committee.attendance.queries.figures import SessionAttendance, attendance_of
from committee.models import SessionPage

register = template.Library()


@register.simple_tag
def attendance_figures(session: SessionPage, moment: SessionPage.Moment) -> SessionAttendance | None:
    """Returns the figures of a session that is over, once each seat has a record. Two queries; none before the end."""
    if moment != SessionPage.Moment.OVER or session.pk is None:
        return None
    [figures] = attendance_of([session])
    return figures if figures.is_complete else None
