"""List of campaigns, page of a campaign, and its scenarios on screen and on paper."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.views import serve

from common.spreadsheets import csv_response
from fieldwork.models import CampaignPage, Finding, Scenario, TrialIndexPage
from fieldwork.trials.forms import FindingFilters, FindingForm, TrialForm
from fieldwork.trials.queries.campaigns import CampaignCard, Results, campaign_list, results_of, topic_of
from fieldwork.trials.queries.outcomes import Outcomes

FINDINGS_OF_SCENARIO, PER_PAGE = 5, 20


def campaign_list_context(request: HttpRequest, index: TrialIndexPage) -> dict[str, Any]:
    """Returns the campaigns of the list, by phase."""
    published = CampaignPage.objects.child_of(index).published().select_related("topic")
    return {"campaigns": campaign_list(published.defer("body"), timezone.localdate())}


@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Serves a published campaign; delegates any other page at this URL to Wagtail."""
    page = CampaignPage.objects.published().select_related("topic", "answered_by").filter(slug=slug).first()
    return page.serve(request) if page else serve(request, request.path.lstrip("/"))


def campaign_context(request: HttpRequest, page: CampaignPage) -> dict[str, Any]:
    """Returns the scenarios of `page`, its results, and its filtered findings. A preview has no findings."""
    today, scenarios = timezone.localdate(), list(page.scenarios.all())
    results = results_of([page.pk], today)[page.pk] if page.pk else Results()
    card = CampaignCard(page, page.phase_at(today), results, len(scenarios))
    context: dict[str, Any] = {"card": card, "topic": topic_of(page), "scenarios": scenarios}
    if page.pk and not card.is_coming:
        public = Finding.objects.public().of_campaign(page)
        filters = FindingFilters.of(results, request.GET)
        findings = Paginator(filters.filtered(public).with_context(), PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "results": results,
            "outcomes": Outcomes(page, results, today),
            "overdue": {finding.pk for finding in findings if finding.is_overdue(today)},
            "filter_form": filters,
            "active_filters": filters.active_filters(),
            "findings": findings,
            "too_narrow": None if findings.paginator.count else filters.too_narrow(public),
        }
    return context


@require_safe
def campaign_table(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Exports the outcomes of a campaign as CSV, with the same figures as its page."""
    page, today = get_object_or_404(CampaignPage.objects.published(), slug=slug), timezone.localdate()
    outcomes = Outcomes(page, results_of([page.pk], today)[page.pk], today)
    return csv_response(f"{page.slug}.csv", ["appareil", "resultat", "essais"], outcomes.rows)


def scenario_of(slug: str, pk: int) -> Scenario:
    """Returns a scenario of a published campaign. Raises Http404."""
    found = Scenario.objects.select_related("campaign__topic").filter(pk=pk, campaign__slug=slug)
    return get_object_or_404(found.filter(campaign__in=CampaignPage.objects.published().order_by().values("pk")))


def way_back(scenario: Scenario | None, campaign: CampaignPage) -> list[tuple[str, str]]:
    """Returns the breadcrumb: the list, the campaign, and the scenario if given."""
    lists = [(index.url or "", index.title) for index in TrialIndexPage.objects.live()]
    of_scenario = [(scenario.get_absolute_url(), scenario.goal)] if scenario else []
    return [*lists, (campaign.url or "", campaign.title), *of_scenario]


@require_safe
def scenario(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Shows a scenario: task, expected result, findings of others."""
    found = scenario_of(slug, pk)
    findings = Finding.objects.public().filter(trial__scenario=found).with_context()[:FINDINGS_OF_SCENARIO]
    context = {
        "scenario": found,
        "campaign": found.campaign,
        "phase": found.campaign.phase_at(timezone.localdate()),
        "about": found.campaign,
        "findings": findings,
        "parents": way_back(None, found.campaign),
        "current": found.goal,
    }
    return render(request, "fieldwork/trials/scenario.html", context)


@require_safe
def scenario_paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Shows the scenario and its questions on one sheet to print. Redirects to it unless the campaign runs."""
    found = scenario_of(slug, pk)
    if found.campaign.phase_at(timezone.localdate()) != CampaignPage.Phase.OPEN:
        return redirect(found)
    form = TrialForm()
    context = {
        "scenario": found,
        "campaign": found.campaign,
        "fields": [form[name] for name in ("outcome", "ease", "device", "minutes")],
        "severities": FindingForm().fields["severity"].choices,  # type: ignore[attr-defined]
        "parents": way_back(found, found.campaign),
    }
    return render(request, "fieldwork/trials/scenario_paper.html", context)
