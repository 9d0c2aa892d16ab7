"""The dossier of a proposal, as a page and as JSON."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from committee.models import public_topics
from common.templatetags.dates import isoformat
from common.urls import absolute_url
from participation.models import Proposal
from participation.queries.dossier import Dossier, dossier_url, read_dossier
from participation.queries.dossier_steps import DossierStep
from participation.queries.gaps import gaps_of, proposals_with_gaps
from participation.queries.related import example_of

CHAINS_PER_PAGE = 20


@require_safe
def dossier(request: HttpRequest, number: int, slug: str) -> HttpResponse:
    """Shows the dossier of a proposal on one page, which prints on one sheet."""
    proposal = _readable(request, number)
    if slug != proposal.slug:
        return redirect(dossier_url(proposal), permanent=True)
    dossier = read_dossier(proposal, request.user, now=timezone.now())
    context = {"proposal": proposal, "about": proposal.topic, "dossier": dossier, "example": example_of(proposal)}
    return render(request, "participation/dossier.html", context)


@require_safe
def broken_chains(request: HttpRequest) -> HttpResponse:
    """Lists the public proposals with a gap in their follow-up, the oldest first, each with its gaps."""
    page_obj = Paginator(proposals_with_gaps(timezone.now()), CHAINS_PER_PAGE).get_page(request.GET.get("page"))
    rows = [(proposal, gaps_of(proposal)) for proposal in page_obj]
    context = {"page_obj": page_obj, "rows": rows, "count": page_obj.paginator.count}
    return render(request, "participation/broken_chains.html", context)


@require_safe
def dossier_json(request: HttpRequest, number: int, slug: str) -> HttpResponseBase:
    """Returns the same steps as JSON. Field names never change (`docs/open-data.md`)."""
    proposal = _readable(request, number)
    if slug != proposal.slug:
        return redirect("participation:dossier_json", number=number, slug=proposal.slug, permanent=True)
    content = _as_data(read_dossier(proposal, request.user, now=timezone.now()))
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _readable(request: HttpRequest, pk: int) -> Proposal:
    proposals = Proposal.objects.visible_to(request.user).select_related("author", "merged_into", "asked_service")
    return get_object_or_404(proposals.prefetch_related(public_topics()), pk=pk)


def _as_data(dossier: Dossier) -> dict[str, Any]:
    proposal, example = dossier.proposal, example_of(dossier.proposal)
    target = proposal.merged_into
    return {
        "numero": proposal.pk,
        "titre": proposal.title,
        "etat": proposal.state_label,
        "regroupee_avec": target.pk if target and target.is_public else None,
        "inspiree_de": example.full_url if example else None,
        "adresse": absolute_url(proposal.get_absolute_url()),
        "dossier": absolute_url(dossier_url(proposal)),
        "etapes": [_step_as_data(step, proposal) for step in dossier.steps],
    }


def _step_as_data(step: DossierStep, proposal: Proposal) -> dict[str, Any]:
    return {
        "genre": step.kind.value,
        "etat": step.status.value,
        "libelle": step.label,
        "date": isoformat(step.on),
        "attendu_le": isoformat(step.due),
        "par": step.by or None,
        "prise": step.how or None,
        "dans": step.place or None,
        "proposition": step.about or proposal.pk,
        "adresse": absolute_url(step.url) if step.url else None,
        "document": absolute_url(step.document.url) if step.document else None,
    }
