"""The list of proposals and the page of one. For an anonymous reader: no form that posts, no cookie."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from participation import permissions, selectors
from participation.forms import FilterForm
from participation.models import CallPage, Proposal, ProposalIndexPage
from participation.services import discussion_for_proposal
from participation.threads import read_discussion
from participation.timeline import timeline

PROPOSALS_PER_PAGE = 15


@require_safe
def proposal_list(request: HttpRequest, index_page: ProposalIndexPage | None = None) -> HttpResponse:
    """Filters, sorts and lists. `index_page` is given by the editors' preview; its title and introduction are shown."""
    filters = FilterForm(request.GET)
    filters.is_valid()
    wanted = filters.cleaned_data
    call = CallPage.objects.published().filter(slug=wanted["appel"]).first() if wanted.get("appel") else None
    proposals = selectors.list_proposals(
        request.user,
        query=wanted.get("q", ""),
        topic=wanted.get("sujet"),
        state=wanted.get("etat", ""),
        district=wanted.get("quartier", ""),
        call=call,
        sort=wanted.get("tri") or "recentes",
    )
    page_obj = Paginator(proposals, PROPOSALS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "participation/proposal_list.html",
        {
            "page": index_page or ProposalIndexPage.objects.live().first(),
            "filters": filters,
            "active_filters": _active_filters(request, filters, call),
            "page_obj": page_obj,
            "count": page_obj.paginator.count,
        },
    )


def _active_filters(request: HttpRequest, filters: FilterForm, call: CallPage | None) -> list[tuple[str, str]]:
    """Returns, for each filter in force, what it says and the address of the list without it."""
    wanted = filters.cleaned_data
    said = {
        "q": (_("Words"), wanted.get("q")),
        "sujet": (_("Subject"), wanted["sujet"].title if wanted.get("sujet") else ""),
        "etat": (_("State"), Proposal.State(wanted["etat"]).label if wanted.get("etat") else ""),
        "quartier": (_("District"), wanted.get("quartier")),
        "appel": (_("Call"), call.title if call else ""),
    }
    active = []
    for name, (label, value) in said.items():
        if value:
            others = {key: request.GET[key] for key in [*said, "tri"] if key != name and request.GET.get(key)}
            text = _("%(label)s: %(value)s") % {"label": label, "value": value}
            active.append((text, f"{request.path}?{urlencode(others)}" if others else request.path))
    return active


@require_safe
def proposal_by_number(request: HttpRequest, number: int) -> HttpResponse:
    """The number alone is enough: it leads to the full address."""
    return redirect(get_object_or_404(Proposal.objects.visible_to(request.user), pk=number), permanent=True)


@require_safe
def proposal(request: HttpRequest, number: int, slug: str) -> HttpResponse:
    shown = get_object_or_404(
        Proposal.objects.visible_to(request.user).select_related("author", "topic", "call", "discussion"), pk=number
    )
    if slug != shown.slug:
        return redirect(shown, permanent=True)
    today = timezone.localdate()
    context = {"proposal": shown, "steps": timeline(shown, today)}
    if shown.is_public:
        discussion = getattr(shown, "discussion", None) or discussion_for_proposal(proposal=shown)
        discussion.proposal = shown
        context |= {
            "talk": read_discussion(discussion, request.user, page_number=request.GET.get("page"), today=today),
            "supports_open": permissions.is_open_to_supports(shown),
            "is_supporter": request.user.is_authenticated and shown.supports.filter(user=request.user).exists(),
        }
    return render(request, "participation/proposal.html", context)
