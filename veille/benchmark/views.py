"""Public pages of the comparison: some cities side by side, all of them for one criterion, and its table as a file."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.spreadsheets import csv_response
from veille.benchmark.exports import columns, current, rows
from veille.benchmark.queries import (
    MAX_OTHERS,
    chart_of,
    chosen_cities,
    corrections,
    criteria_with_topics,
    lines,
    look_of,
    withdrawals,
)
from veille.models import City


@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """Our metropolis and up to four others, side by side: those that `ville` names, else the best known ones."""
    choice = chosen_cities(request.GET.getlist("ville"))
    found = lines(criteria_with_topics(), choice.shown, timezone.localdate()) if choice.shown else []
    context = {
        **_head(),
        "current": _("Comparison of metropolises"),
        "choice": choice,
        "lines": found,
        "questions": [line for line in found if not line.criterion.is_background],
        "background": [line for line in found if line.criterion.is_background],
        "max_others": MAX_OTHERS,
    }
    return render(request, "veille/benchmark/comparison.html", context)


@require_safe
def criterion(request: HttpRequest, slug: str) -> HttpResponse:
    """All metropolises for one criterion: its definition, a drawing, a table, its corrections."""
    found = get_object_or_404(criteria_with_topics(), slug=slug)
    [line] = lines([found], list(City.objects.all()), timezone.localdate())
    context = {
        "parents": [*_head()["parents"], (reverse("veille:comparison"), _("Comparison of metropolises"))],
        "current": found.question,
        "about": look_of(found),
        "criterion": found,
        "line": line,
        "chart": chart_of(line) if line.known else None,
        "corrections": corrections(found),
        "withdrawals": withdrawals(found),
    }
    return render(request, "veille/benchmark/criterion.html", context)


@require_safe
def criterion_table(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The findings of one criterion for a spreadsheet, in the columns of the open data."""
    found = get_object_or_404(criteria_with_topics(), slug=slug)
    header = [column.name for column in columns()]
    return csv_response(f"{found.slug}.csv", header, rows(current().filter(criterion=found)))


def _head() -> dict:
    return {"parents": [("/veille/", _("Inspiring watch"))], "about": {"pictogram": "benchmark", "family": "elsewhere"}}
