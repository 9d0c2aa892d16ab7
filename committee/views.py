"""The calendars of the sessions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from committee.calendars import calendar_of
from committee.models import SessionPage

CALENDAR_TYPE = "text/calendar; charset=utf-8"


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """All sessions that anyone may read, cancelled ones included: a calendar application must learn of it."""
    sessions = SessionPage.objects.published().order_by("starts_at").prefetch_related("agenda_items")
    return _answer(calendar_of(sessions, request), "seances.ics")


@require_safe
def session_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """One session, to add to a calendar."""
    session = get_object_or_404(SessionPage.objects.published(), slug=slug)
    return _answer(calendar_of([session], request), f"seance-{session.slug}.ics")


def _answer(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CALENDAR_TYPE, headers=headers)
