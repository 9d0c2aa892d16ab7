"""Page of the work programme of a year."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from committee.models import Deliverable, Priority, ProgrammePage, WorkProgramme
from committee.programme.queries import progress_of, standings


@require_safe
def work_programme(request: HttpRequest, year: int) -> HttpResponse:
    """The priorities of a year, with their objectives and deliverables, and the results of the ballot.

    The ballot of an adopted programme is over, so anyone may read its results.
    """
    found = get_object_or_404(WorkProgramme.objects.adopted().select_related("poll"), year=year)
    today = timezone.localdate()
    priorities = list(found.priorities.shown())
    board = ProgrammePage.objects.live().first()
    context = {
        "programme": found,
        "priorities": [(one, _rows(one, today)) for one in priorities],
        "progress": progress_of(priorities, today),
        "standings": standings(found),
        "parents": [(board.get_url(request), board.title)] if board else [],
        "current": _("Work programme %(year)d") % {"year": year},
    }
    return render(request, "committee/work_programme.html", context)


def _rows(priority: Priority, today: date) -> list[tuple[Deliverable, bool]]:
    """Returns the deliverables of the topic, each with whether it is late."""
    return [(row, row.is_late(today)) for row in priority.topic.deliverables.all()]
