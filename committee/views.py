"""The calendars of the sessions, and the short way to the page of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from wagtail.views import serve

from committee.exports.calendars import calendar_of
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


@require_safe
def session(request: HttpRequest, slug: str) -> HttpResponse:
    """Serves a session that anyone may read; whatever else has such an address is Wagtail's business.

    Wagtail finds a page with two queries per level of the tree and asks anew who may read it: a third of what the
    page costs.
    """
    page = SessionPage.objects.published().filter(slug=slug).first()
    return page.serve(request) if page else serve(request, request.path.lstrip("/"))


def _answer(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CALENDAR_TYPE, headers=headers)
