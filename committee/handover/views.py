"""Page for a successor."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from cms.admin.dashboard import DashboardPanel
from committee import permissions
from committee.area.views.access import committee_only
from committee.convocations.queries.calls import pending_steps
from committee.handover.queries import (
    held_offices,
    open_rows,
    rights_to_begin,
    rights_to_end,
    rights_to_look_at,
    sessions_to_come,
    topics_under_way,
)
from committee.minutes.queries import minutes_steps
from committee.models import SessionPage
from committee.queries.seats import ending_mandates, seats_to_fill, vacant_offices
from common.waiting import waiting_work


@require_safe
@committee_only
def handover(request: HttpRequest) -> HttpResponse:
    """Shows the page for a successor, two printed sheets, with the queries of the dashboard and of members' tasks."""
    user, now = request.user, timezone.now()
    today = timezone.localdate(now)
    if not permissions.can_read_handover(user, today):
        raise PermissionDenied
    edits = permissions.can_edit_sessions(user)
    sits = permissions.sitting_member(user, today)
    parent = ("committee:area", gettext("Members’ area")) if sits else ("accounts:home", gettext("My account"))
    sessions = SessionPage.objects.all() if edits else permissions.sessions_with_minutes_for(user, today)
    shows_rights = permissions.can_edit_members(user)
    panels = [panel for panel in waiting_work(user, now, DashboardPanel) if panel.is_handed_over]
    context = {
        "parents": [(reverse(parent[0]), parent[1])],
        "current": gettext("Handover"),
        "today": today,
        "can_edit": edits,
        "sessions": sessions_to_come(sessions, now),
        "calls": list(pending_steps(now)),
        "steps": minutes_steps(now),
        "open_rows": [(row, row.is_late(today)) for row in open_rows()],
        "topics": topics_under_way(),
        "panels": [panel for panel in panels if panel.found.tasks or panel.found.facts],
        "offices": held_offices(today),
        "vacant": [role.label for role in vacant_offices(today)],
        "seats": seats_to_fill(today),
        "ending": ending_mandates(today),
        "shows_rights": shows_rights,
        "to_begin": rights_to_begin() if shows_rights else [],
        "to_end": rights_to_end(today) if shows_rights else [],
        "to_look_at": rights_to_look_at(today) if shows_rights else [],
    }
    return render(request, "committee/area/handover.html", context)
