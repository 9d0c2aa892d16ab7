"""Public views of the surveys: online answer to a sheet, results as CSV."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import Refusal
from common.limits import HOUR, allow_network, forgive
from common.networks import network_of
from common.spreadsheets import csv_response
from fieldwork.errors import SurveyNotOpen, TooManyCodes
from fieldwork.models import SurveyPage
from fieldwork.surveys.exports import answer_columns
from fieldwork.surveys.forms import CodedForm
from fieldwork.surveys.queries.charts import rows_of
from fieldwork.surveys.queries.results import results_of
from fieldwork.surveys.services.sheets import answer_with_code

# Rate limit per network, reset by a correct code: a library has one address for many people.
WRONG_CODES = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Online form of a survey, for the holder of a sheet (number and code), without account or personal data."""
    now = timezone.now()
    survey = get_object_or_404(SurveyPage.objects.published().select_related("poll"), slug=slug)
    if not survey.poll.is_open(now):
        return _show(request, survey, None)
    form = CodedForm(request.POST or None, poll=survey.poll)
    if request.method != "POST" or not form.is_valid():
        return _show(request, survey, form)
    if not allow_network("survey.code", request, limit=WRONG_CODES, seconds=HOUR, now=now):
        form.add_error("code", str(TooManyCodes()))
        return _show(request, survey, form)
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    try:
        answer_with_code(survey=survey, number=number, code=code, answers=form.answers, now=now)
    except SurveyNotOpen:
        return _show(request, survey, None)
    except Refusal as refusal:
        form.add_error("number", str(refusal))
        return _show(request, survey, form)
    forgive("survey.code", network_of(request))
    return redirect("fieldwork:survey_answered", slug=survey.slug)


def _show(request: HttpRequest, survey: SurveyPage, form: CodedForm | None) -> HttpResponse:
    context = {"survey": survey, "poll": survey.poll, "form": form, "parents": _parents(survey, request)}
    status = 422 if form and form.errors else 200
    return render(request, "fieldwork/survey_answer.html", context, status=status)


@require_safe
def short_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirects `/r/<number>/`, printed on the sheets, to the online form of the survey."""
    survey = get_object_or_404(SurveyPage.objects.published(), pk=pk)
    return redirect("fieldwork:survey_answer", slug=survey.slug)


@require_safe
def answered(request: HttpRequest, slug: str) -> HttpResponse:
    """Thanks the person, and announces the date of the results."""
    survey = get_object_or_404(SurveyPage.objects.published().select_related("poll"), slug=slug)
    context = {"survey": survey, "poll": survey.poll, "parents": _parents(survey, request)}
    return render(request, "fieldwork/survey_answered.html", context)


@require_safe
def survey_table(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Exports the results of a closed survey as CSV, with the same figures as its page."""
    survey = get_object_or_404(SurveyPage.objects.published().select_related("poll"), slug=slug)
    results = results_of([survey], timezone.now())
    if not results:
        raise Http404
    return csv_response(f"{survey.slug}.csv", [column.name for column in answer_columns()], rows_of(results[0]))


def _parents(survey: SurveyPage, request: HttpRequest) -> list[tuple[str, str]]:
    """Returns the breadcrumb: the list of surveys and the page of this one, if published."""
    above = [page for page in (survey.get_parent(), survey) if page.live]
    return [(page.get_url(request) or "", page.title) for page in above]
