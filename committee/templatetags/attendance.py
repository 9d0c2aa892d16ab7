"""What everyone may read of attendance: `{% load attendance %}`."""

from django import template

from committee.attendance.queries.figures import SessionAttendance, attendance_of
from committee.models import SessionPage

register = template.Library()


@register.simple_tag
def attendance_figures(session: SessionPage, moment: SessionPage.Moment) -> SessionAttendance | None:
    """The figures of a session that is over, once something is noted for each seat. Two queries, or none before."""
    if moment != SessionPage.Moment.OVER or session.pk is None:
        return None
    [figures] = attendance_of([session])
    return figures if figures.is_complete else None
