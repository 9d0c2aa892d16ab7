"""Calendars and posters of sessions, and a fast route to the page of a session."""

from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.views import serve

from cms.models import BasePage
from cms.models.visibility import pages_visible_to
from committee.exports.calendars import calendar_of
from committee.hooks import CALENDAR_EVENTS_HOOK
from committee.models import CommitteePage, SessionPage
from common.calendars import calendar_response
from common.qr_codes import drawn
from common.urls import absolute_url

# Number of agenda items on a poster, readable in passing.
LINES_OF_A_POSTER = 3


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Returns the calendar of all published sessions and of events of other apps.

    Includes cancelled sessions, so that calendar applications update them.
    """
    sessions = SessionPage.objects.published().order_by("starts_at").prefetch_related("agenda_items")
    further = chain.from_iterable(find() for find in hooks.get_hooks(CALENDAR_EVENTS_HOOK))
    return calendar_response(calendar_of(sessions, request, further), "seances.ics")


@require_safe
def session_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """Returns the calendar of one session."""
    session = get_object_or_404(SessionPage.objects.published(), slug=slug)
    return calendar_response(calendar_of([session], request), f"seance-{session.slug}.ics")


@require_safe
def session(request: HttpRequest, slug: str) -> HttpResponse:
    """Serves a published session; other pages at such a URL are left to Wagtail.

    Wagtail finds a page with two queries per tree level, and checks view restrictions again: a third of the cost of
    the page.
    """
    page = SessionPage.objects.published().filter(slug=slug).select_related("minutes_record__approved_in").first()
    return page.serve(request) if page else serve(request, request.path.lstrip("/"))


@require_safe
def session_poster(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows the printable poster of a session: time, place, audience, first agenda items."""
    page = get_object_or_404(SessionPage.objects.visible_to(request.user), slug=slug)
    lines = [{"text": item.title} for item in page.agenda_items.all()[:LINES_OF_A_POSTER]]
    return _poster(request, page, title=page.heading, session=page, lines=lines)


@require_safe
def poster(request: HttpRequest) -> HttpResponse:
    """Shows the printable poster of the committee: its missions and its next session."""
    page = get_object_or_404(pages_visible_to(CommitteePage.objects.all(), request.user))
    missions = [mission for block in page.missions if block.block_type == "missions" for mission in block.value]
    lines = [{"name": mission["name"], "text": mission["text"]} for mission in missions[:LINES_OF_A_POSTER]]
    to_come = SessionPage.objects.visible_to(request.user).filter(open_to_public=True).next(timezone.now())
    return _poster(request, page, title=page.title, session=to_come, lines=lines)


def _poster(request: HttpRequest, page: BasePage, **facts: Any) -> HttpResponse:
    address = absolute_url(page.get_url(request) or "/")
    context = {
        "page": page,
        "parents": [(page.get_url(request), facts["title"])],
        "current": gettext("Poster"),
        "address": address.partition("://")[2].rstrip("/"),
        **facts,
        **drawn(address),
    }
    return render(request, "committee/poster.html", context)
