"""Public pages of the survey and of the annual reports."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from cms.discovery.navigation import section_of
from committee.permissions import sitting_member
from common.calendars import calendar_of, calendar_response
from common.spreadsheets import csv_response
from common.suppression import MIN_COUNT
from indicators.errors import SurveyAlreadyAnswered, SurveyClosed
from indicators.forms import SurveyForm
from indicators.models import Restitution, Survey
from indicators.permissions import can_read_restitution
from indicators.representativeness.queries.charts import charts_of, question_charts
from indicators.representativeness.queries.communes import map_of_participants
from indicators.representativeness.queries.population import QUESTIONS
from indicators.representativeness.queries.tables import has_answered
from indicators.representativeness.services import answer_survey
from indicators.restitution.exports import event_of
from indicators.restitution.queries.steps import year_to_report
from indicators.restitution.queries.story import story_of


@require_safe
def representativeness(request: HttpRequest) -> HttpResponse:
    """Results of a closed survey (the last, or that of `annee`) beside the population, and a link to the open one."""
    today, year = timezone.localdate(), request.GET.get("annee", "")
    # Latest first; there are few surveys.
    closed = list(Survey.objects.closed(today))
    survey = next((survey for survey in closed if str(survey.year) == year), closed[0] if closed else None)
    context = {
        "survey": survey,
        "open_survey": Survey.objects.open(today).first(),
        "charts": charts_of(survey, timezone.now()) if survey else [],
        "communes": map_of_participants(survey) if survey else None,
        "questions": QUESTIONS,
        "least": MIN_COUNT,
        "current": _("Who takes part?"),
        "about": section_of(request.path),
    }
    return render(request, "indicators/representativeness.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest) -> HttpResponse:
    """Form of the open survey, once per account."""
    user, today = cast(User, request.user), timezone.localdate()
    open_survey = Survey.objects.open(today).first()
    if open_survey is None:
        return redirect("indicators:representativeness")
    form = SurveyForm(request.POST or None)
    answered = has_answered(user, open_survey)
    if request.method == "POST" and form.is_valid() and not answered:
        try:
            answer_survey(survey=open_survey, user=user, answers=form.cleaned_data, today=today)
        except SurveyAlreadyAnswered:
            answered = True
        except SurveyClosed:
            return redirect("indicators:representativeness")
        else:
            messages.success(request, _("Your answers are counted. Thank you. Nothing ties them to you."))
            return redirect("indicators:representativeness")
    context = {
        "survey": open_survey,
        "form": form,
        "answered": answered,
        "counts_commune": bool(user.commune) and not sitting_member(user, today),
        "parents": [(reverse("indicators:representativeness"), _("Who takes part?"))],
        "current": _("Three questions about you"),
    }
    status = 422 if form.errors and not answered else 200
    return render(request, "indicators/survey.html", context, status=status)


@require_safe
def restitutions(request: HttpRequest) -> HttpResponse:
    """Lists the published reports, latest first."""
    context = {
        "restitutions": Restitution.objects.published(),
        "awaited": year_to_report(timezone.localdate()),
        "current": _("Reports of the year"),
    }
    return render(request, "indicators/restitutions.html", context)


@require_safe
def restitution(request: HttpRequest, year: int) -> HttpResponse:
    """Shows the report of a year; before publication, to its editors only."""
    restitution, now = _readable(request, year), timezone.now()
    survey = Survey.objects.closed(timezone.localdate(now)).filter(year=year).first()
    context = {
        "restitution": restitution,
        "story": story_of(restitution, now),
        "quotes": list(restitution.quotes or ()),
        # Only the first chart is drawn: prefer one with a sentence.
        "people": sorted(question_charts(survey), key=lambda chart: not chart.sentence) if survey else [],
        "parents": [(reverse("indicators:restitutions"), _("Reports of the year"))],
        "current": str(restitution),
    }
    return render(request, "indicators/restitution.html", context)


@require_safe
def presentation_ics(request: HttpRequest, year: int) -> HttpResponse:
    """Calendar file of the presentation of a published report."""
    restitution = get_object_or_404(Restitution.objects.published(), year=year, event_starts_at__isnull=False)
    content = calendar_of([event_of(restitution)], name=str(restitution), product="Restitution")
    return calendar_response(content, f"restitution-{year}.ics")


@require_safe
def restitution_table(request: HttpRequest, year: int) -> StreamingHttpResponse:
    """Exports the figures of a year as CSV, each with its query and time."""
    restitution = _readable(request, year)
    header = [_("Section"), _("Figure"), _("Value"), _("How it is counted"), _("Query"), _("Measured at"), _("Remark")]
    keys = ("section", "label", "value", "definition", "query", "measured_at")
    rows = ([figure[key] for key in keys] + [figure.get("note", "")] for figure in restitution.figures)
    return csv_response(f"restitution-{year}.csv", [str(title) for title in header], rows)


def _readable(request: HttpRequest, year: int) -> Restitution:
    restitution = get_object_or_404(Restitution, year=year, built_at__isnull=False)
    if not can_read_restitution(request.user, restitution):
        raise Http404
    return restitution
