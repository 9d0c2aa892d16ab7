"""Public pages of the comparison: cities side by side, one criterion for all cities, and its table as CSV."""

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
    """Compares our metropolis with up to four others, by the parameter `ville` or else the best known ones."""
    choice = chosen_cities(request.GET.getlist("ville"))
    criterion_rows = lines(criteria_with_topics(), choice.compared, timezone.localdate()) if choice.compared else []
    context = {
        **_head(),
        "current": _("Comparison of metropolises"),
        "choice": choice,
        "lines": criterion_rows,
        "questions": [line for line in criterion_rows if not line.criterion.is_background],
        "background": [line for line in criterion_rows if line.criterion.is_background],
        "max_others": MAX_OTHERS,
    }
    return render(request, "veille/benchmark/comparison.html", context)


@require_safe
def criterion(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows one criterion for all metropolises: definition, chart, table and corrections."""
    criterion = get_object_or_404(criteria_with_topics(), slug=slug)
    [line] = lines([criterion], list(City.objects.all()), timezone.localdate())
    context = {
        "parents": [*_head()["parents"], (reverse("veille:comparison"), _("Comparison of metropolises"))],
        "current": criterion.question,
        "about": look_of(criterion),
        "criterion": criterion,
        "line": line,
        "chart": chart_of(line) if line.known else None,
        "corrections": corrections(criterion),
        "withdrawals": withdrawals(criterion),
    }
    return render(request, "veille/benchmark/criterion.html", context)


@require_safe
def criterion_table(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Exports the observations of one criterion as CSV, in the columns of the open data."""
    criterion = get_object_or_404(criteria_with_topics(), slug=slug)
    header = [column.name for column in columns()]
    return csv_response(f"{criterion.slug}.csv", header, rows(current().filter(criterion=criterion)))


def _head() -> dict:
    return {"parents": [("/veille/", _("Inspiring watch"))], "about": {"pictogram": "benchmark", "family": "elsewhere"}}
