"""Calendars of the sessions, and a fast route to the page of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe
from wagtail.views import serve

from committee.exports.calendars import calendar_of
from committee.models import SessionPage
from common.calendars import calendar_response


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Calendar of all published sessions. Cancelled ones are included, so that calendar applications update them."""
    sessions = SessionPage.objects.published().order_by("starts_at").prefetch_related("agenda_items")
    return calendar_response(calendar_of(sessions, request), "seances.ics")


@require_safe
def session_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """Calendar of one session."""
    session = get_object_or_404(SessionPage.objects.published(), slug=slug)
    return calendar_response(calendar_of([session], request), f"seance-{session.slug}.ics")


@require_safe
def session(request: HttpRequest, slug: str) -> HttpResponse:
    """Serves a published session; any other page at such a URL is left to Wagtail.

    Wagtail finds a page with two queries per level of the tree, and checks view restrictions again: a third of the cost
    of the page.
    """
    page = SessionPage.objects.published().filter(slug=slug).select_related("minutes_record__approved_in").first()
    return page.serve(request) if page else serve(request, request.path.lstrip("/"))
