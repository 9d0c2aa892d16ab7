"""Public pages of the field surveys that are no pages of the tree."""

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.spreadsheets import csv_response
from fieldwork.models import SurveyPage
from fieldwork.surveys.exports import answer_columns
from fieldwork.surveys.queries.charts import rows_of
from fieldwork.surveys.queries.results import results_of


@require_safe
def survey_table(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The results of a survey as a CSV file, once it is over: what its page shows, no more."""
    survey = get_object_or_404(SurveyPage.objects.published().select_related("poll"), slug=slug)
    found = results_of([survey], timezone.now())
    if not found:
        raise Http404
    return csv_response(f"{survey.slug}.csv", [column.name for column in answer_columns()], rows_of(found[0]))
