"""Public pages of the indicators of the committee."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.spreadsheets import csv_response
from indicators.defined.exports import value_columns, values_of
from indicators.defined.queries.pages import detail, overview
from indicators.models import Indicator


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """Lists the adopted indicators by topic with their sentences, then the proposed and the abandoned ones."""
    context = {"overview": overview(timezone.localdate()), "current": _("Indicators of the committee")}
    return render(request, "indicators/defined/indicators.html", context)


@require_safe
def indicator(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows an indicator: sentence, chart, values with their sources, and adoptions."""
    indicator = get_object_or_404(Indicator, slug=slug)
    page_detail = detail(indicator, timezone.localdate())
    context = {
        "indicator": indicator,
        "detail": page_detail,
        "about": page_detail.topic,
        "parents": [(reverse("indicators:indicators"), _("Indicators of the committee"))],
        "current": indicator.title,
    }
    return render(request, "indicators/defined/indicator.html", context)


@require_safe
def values_table(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Exports the values of an indicator as CSV, corrected ones included, each with its source."""
    indicator = get_object_or_404(Indicator, slug=slug)
    rows = values_of(indicator.measurements.select_related("indicator").order_by("pk"))
    return csv_response(f"{indicator.slug}.csv", [column.name for column in value_columns()], rows)
