"""Page of a campaign, its table of outcomes, and its scenarios on screen and on paper."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.views import serve

from common.spreadsheets import csv_response
from fieldwork.models import CampaignPage, Finding, Scenario, TrialIndexPage
from fieldwork.trials.forms import FindingForm, TrialForm
from fieldwork.trials.queries.campaigns import results_of
from fieldwork.trials.queries.outcomes import Outcomes

FINDINGS_OF_SCENARIO = 5


@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Serves a published campaign; delegates any other page at this URL to Wagtail."""
    page = CampaignPage.objects.published().select_related("topic", "answered_by").filter(slug=slug).first()
    return page.serve(request) if page else serve(request, request.path.lstrip("/"))


@require_safe
def campaign_table(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Exports the outcomes of a campaign as CSV, with the same figures as its page."""
    page, today = get_object_or_404(CampaignPage.objects.published(), slug=slug), timezone.localdate()
    outcomes = Outcomes(page, results_of([page.pk], today)[page.pk], today)
    return csv_response(f"{page.slug}.csv", ["appareil", "resultat", "essais"], outcomes.rows)


def scenario_of(slug: str, pk: int) -> Scenario:
    """Returns a scenario of a published campaign. Raises Http404."""
    scenarios = Scenario.objects.select_related("campaign__topic").filter(pk=pk, campaign__slug=slug)
    return get_object_or_404(scenarios.filter(campaign__in=CampaignPage.objects.published().order_by().values("pk")))


def way_back(scenario: Scenario | None, campaign: CampaignPage) -> list[tuple[str, str]]:
    """Returns the breadcrumb: the list, the campaign if it is published, and the scenario if given."""
    lists = [(index.url or "", index.title) for index in TrialIndexPage.objects.live()]
    if not campaign.live:
        return lists
    of_scenario = [(scenario.get_absolute_url(), scenario.goal)] if scenario else []
    return [*lists, (campaign.url or "", campaign.title), *of_scenario]


@require_safe
def scenario(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Shows a scenario: task, expected result, findings of others."""
    scenario = scenario_of(slug, pk)
    findings = Finding.objects.public().filter(trial__scenario=scenario).with_context()[:FINDINGS_OF_SCENARIO]
    context = {
        "scenario": scenario,
        "campaign": scenario.campaign,
        "phase": scenario.campaign.phase_at(timezone.localdate()),
        "about": scenario.campaign,
        "findings": findings,
        "parents": way_back(None, scenario.campaign),
        "current": scenario.goal,
    }
    return render(request, "fieldwork/trials/scenario.html", context)


@require_safe
def scenario_paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Shows the scenario and its questions on one sheet to print. Redirects to it unless the campaign runs."""
    scenario = scenario_of(slug, pk)
    if scenario.campaign.phase_at(timezone.localdate()) != CampaignPage.Phase.OPEN:
        return redirect(scenario)
    form = TrialForm()
    context = {
        "scenario": scenario,
        "campaign": scenario.campaign,
        "fields": [form[name] for name in ("outcome", "ease", "device", "minutes")],
        "severities": FindingForm().fields["severity"].choices,  # type: ignore[attr-defined]
        "parents": way_back(scenario, scenario.campaign),
    }
    return render(request, "fieldwork/trials/scenario_paper.html", context)
