"""Page of the work programme of a year."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from committee.models import ProgrammePage, SessionPage, WorkProgramme
from committee.programme.queries import (
    ballot_chart,
    deliverables_of,
    progress_chart,
    progress_of,
    standings,
    year_chart,
)


@require_safe
def work_programme(request: HttpRequest, year: int) -> HttpResponse:
    """Shows the priorities of a year with their objectives, its deliverables, and the results of the ballot.

    The ballot of an adopted programme is over, so its results are public.
    """
    programme = get_object_or_404(WorkProgramme.objects.adopted().select_related("poll"), year=year)
    sessions = SessionPage.objects.published()
    session = sessions.filter(pk=programme.adopted_in_id).first() if programme.adopted_in_id else None
    today = timezone.localdate()
    priorities = list(programme.priorities.with_public_topics())
    topics = {priority.topic_id: priority.topic for priority in priorities}
    rows = deliverables_of(year, topics)
    late = sorted((row for row in rows if row.is_late(today)), key=lambda row: row.due_on or today)
    board = ProgrammePage.objects.live().first()
    context = {
        "programme": programme,
        "session": session,
        "priorities": [
            (priority, [(row, row.is_late(today)) for row in rows if row.topic_id == priority.topic_id])
            for priority in priorities
        ],
        "late": [(row, topics[row.topic_id]) for row in late],
        "progress": progress_of(rows, today),
        "progress_chart": progress_chart(priorities, rows, today),
        "year_chart": year_chart(year, topics, rows, today),
        "ballot_chart": ballot_chart(standings(programme)),
        "parents": [(board.get_url(request), board.title)] if board else [],
        "current": _("Work programme %(year)d") % {"year": year},
    }
    return render(request, "committee/work_programme.html", context)
