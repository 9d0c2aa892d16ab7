"""Calendars of the sessions, a fast route to the page of one, and the page for a successor."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from wagtail.views import serve

from committee import permissions
from committee.area.views.access import committee_only
from committee.convocations.queries import pending_steps
from committee.exports.calendars import calendar_of
from committee.minutes.queries import minutes_steps
from committee.models import SessionPage
from committee.queries.handover import held_offices, open_actions, sessions_to_come, topics_under_way
from committee.queries.office_rights import rights_to_end, rights_to_look_at
from committee.queries.seats import ending_mandates, seats_to_fill, vacant_offices
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


@require_safe
@committee_only
def handover(request: HttpRequest) -> HttpResponse:
    """Page for a successor, two sheets on paper, from the queries of the dashboard and of the tasks of members."""
    person, now = request.user, timezone.now()
    today = timezone.localdate(now)
    if not permissions.can_read_handover(person, today):
        raise PermissionDenied
    edits = permissions.can_edit_sessions(person)
    sits = permissions.sitting_member(person, today)
    above = ("committee:area", gettext("Members’ area")) if sits else ("accounts:home", gettext("My account"))
    sessions = SessionPage.objects.all() if edits else permissions.sessions_with_minutes_for(person, today)
    shows_rights = permissions.can_edit_members(person)
    context = {
        "parents": [(reverse(above[0]), above[1])],
        "current": gettext("Handover"),
        "today": today,
        "may_edit": edits,
        "sessions": sessions_to_come(sessions, now),
        "calls": list(pending_steps(now)),
        "steps": minutes_steps(now),
        "actions": [(action, action.is_late(today)) for action in open_actions()],
        "topics": topics_under_way(),
        "offices": held_offices(today),
        "vacant": [role.label for role in vacant_offices(today)],
        "seats": seats_to_fill(today),
        "ending": ending_mandates(today),
        "shows_rights": shows_rights,
        "to_end": rights_to_end(today) if shows_rights else [],
        "to_look_at": rights_to_look_at(today) if shows_rights else [],
    }
    return render(request, "committee/area/handover.html", context)
