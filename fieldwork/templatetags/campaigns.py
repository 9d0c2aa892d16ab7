"""Template tags of the list of test campaigns and of the page of a campaign."""

from typing import Any

from django import template
from django.core.paginator import Paginator
from django.template.context import RequestContext
from django.utils import timezone

from fieldwork.models import CampaignPage, Finding, TrialIndexPage
from fieldwork.trials.forms import FindingFilters
from fieldwork.trials.queries.campaigns import CampaignCard, CampaignList, Results, campaign_list, results_of, topic_of
from fieldwork.trials.queries.outcomes import Outcomes

register = template.Library()

FINDINGS_PER_PAGE = 20


@register.simple_tag
def campaigns_of(index: TrialIndexPage) -> CampaignList:
    """Returns the published campaigns of the list, by phase."""
    published = CampaignPage.objects.child_of(index).published().select_related("topic")
    return campaign_list(published.defer("body"), timezone.localdate())


@register.simple_tag(takes_context=True)
def shown_campaign(context: RequestContext, page: CampaignPage) -> dict[str, Any]:
    """Returns the scenarios of `page`, its results, and its filtered findings. A preview has no findings."""
    request, today, scenarios = context["request"], timezone.localdate(), list(page.scenarios.all())
    results = results_of([page.pk], today)[page.pk] if page.pk else Results()
    card = CampaignCard(page, page.phase_at(today), results, len(scenarios))
    detail: dict[str, Any] = {"card": card, "topic": topic_of(page), "scenarios": scenarios}
    if page.pk and not card.is_coming:
        public = Finding.objects.public().of_campaign(page)
        filters = FindingFilters.of(results, request.GET)
        findings = Paginator(filters.filtered(public).with_context(), FINDINGS_PER_PAGE)
        detail |= {
            "results": results,
            "outcomes": Outcomes(page, results, today),
            "filter_form": filters,
            "active_filters": filters.active_filters(),
            "findings": findings.get_page(request.GET.get("page")),
            "too_narrow": None if findings.count else filters.too_narrow(public),
        }
        detail["overdue"] = {finding.pk for finding in detail["findings"] if finding.is_overdue(today)}
    return detail
