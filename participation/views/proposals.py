"""The list of proposals and the page of one. For an anonymous reader: no form that posts, no cookie."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.fragments import render_page_or_fragment
from participation import permissions, selectors
from participation.forms import FilterForm
from participation.models import Addendum, Attachment, CallPage, OfficialAnswer, Proposal, ProposalIndexPage
from participation.models.proposals import ProposalQuerySet
from participation.services import discussion_for_proposal
from participation.threads import asked_discussion
from participation.timeline import timeline
from participation.views.supports import support_context

PROPOSALS_PER_PAGE = 15


@dataclass(frozen=True)
class ActiveFilter:
    """A filter in force: its words, its value alone, the address of the list without it, and its argument."""

    text: str
    value: str
    url: str
    argument: str


@require_safe
def proposal_list(request: HttpRequest, index_page: ProposalIndexPage | None = None) -> HttpResponse:
    """Filters, sorts and lists. `index_page` is given by the editors' preview; its title and introduction are shown."""
    filters = FilterForm(request.GET)
    filters.is_valid()
    wanted = filters.cleaned_data
    call = CallPage.objects.published().filter(slug=wanted["appel"]).first() if wanted.get("appel") else None
    criteria = {
        "query": wanted.get("q", ""),
        "topic": wanted.get("sujet"),
        "state": wanted.get("etat", ""),
        "kind": wanted.get("type", ""),
        "district": wanted.get("quartier", ""),
        "call": call,
        "sort": wanted.get("tri") or "recentes",
    }
    active = _active_filters(request, filters, call)
    proposals = selectors.list_proposals(request.user, **criteria)
    page_obj = Paginator(proposals, PROPOSALS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": index_page or ProposalIndexPage.objects.live().first(),
        "filters": filters,
        "active_filters": active,
        "page_obj": page_obj,
        "count": page_obj.paginator.count,
        "answer_delay": selectors.median_answer_delay(),
        "too_narrow": None if page_obj.paginator.count else _too_narrow(request, criteria, active),
    }
    return render_page_or_fragment(request, "participation/proposal_list.html", context, says="resultats")


def _active_filters(request: HttpRequest, filters: FilterForm, call: CallPage | None) -> list[ActiveFilter]:
    """Returns the filters in force, in the order of the form."""
    wanted = filters.cleaned_data
    said = {
        "q": ("query", _("Words"), wanted.get("q")),
        "sujet": ("topic", _("Subject"), wanted["sujet"].title if wanted.get("sujet") else ""),
        "etat": ("state", _("State"), str(Proposal.State(wanted["etat"]).label) if wanted.get("etat") else ""),
        "type": ("kind", _("Kind"), str(Proposal.Kind(wanted["type"]).label) if wanted.get("type") else ""),
        "quartier": ("district", _("Place"), wanted.get("quartier")),
        "appel": ("call", _("Call"), call.title if call else ""),
    }
    active = []
    for name, (argument, label, value) in said.items():
        if value:
            others = {key: request.GET[key] for key in [*said, "tri"] if key != name and request.GET.get(key)}
            text = _("%(label)s: %(value)s") % {"label": label, "value": value}
            url = f"{request.path}?{urlencode(others)}" if others else request.path
            active.append(ActiveFilter(text=text, value=value, url=url, argument=argument))
    return active


def _too_narrow(request: HttpRequest, criteria: dict[str, Any], active: list[ActiveFilter]) -> ActiveFilter | None:
    """Returns the filter without which something would be found, the last of the form first; None if none alone is."""
    for one in reversed(active):
        without = {key: value for key, value in criteria.items() if key != one.argument}
        if selectors.list_proposals(request.user, **without).exists():
            return one
    return None


@require_safe
def proposal_by_number(request: HttpRequest, number: int) -> HttpResponse:
    """The number alone is enough: it leads to the full address."""
    return redirect(get_object_or_404(Proposal.objects.visible_to(request.user), pk=number), permanent=True)


@require_safe
def proposal(request: HttpRequest, number: int, slug: str) -> HttpResponse:
    shown = get_object_or_404(_readable(Proposal.objects.visible_to(request.user)), pk=number)
    if slug != shown.slug:
        return redirect(shown, permanent=True)
    # One that has an answer says so in its row: the others need no look for one.
    answers = list(shown.answers.visible_to(request.user).select_related("service")) if shown.answered_at else []
    return render(request, "participation/proposal.html", _page_of(request, shown, answers))


def preview_answer(request: HttpRequest, answer: OfficialAnswer) -> HttpResponse:
    """The page of the proposal as it will be with `answer`, for those who write it. Nothing is saved."""
    shown = get_object_or_404(
        _readable(Proposal.objects.filter(state__in=Proposal.ANSWERABLE_STATES)), pk=answer.proposal_id
    )
    earlier = shown.answers.public().exclude(pk=answer.pk).select_related("service")
    context = _page_of(request, shown, [answer, *earlier])
    if answer.decision:
        shown.state = answer.decision
    return render(request, "participation/proposal.html", context)


def _readable(proposals: ProposalQuerySet) -> ProposalQuerySet:
    """What few proposals have is asked for where the row says that there is some."""
    related = proposals.with_authors().select_related("topic", "call", "discussion", "merged_into")
    return related.annotate(
        has_files=Exists(Attachment.objects.filter(proposal=OuterRef("pk"))),
        has_addenda=Exists(Addendum.objects.filter(proposal=OuterRef("pk"))),
    )


def _page_of(request: HttpRequest, shown: Proposal, answers: list[OfficialAnswer]) -> dict[str, Any]:
    now = timezone.now()
    is_author = shown.is_author(request.user)
    may_edit = permissions.can_edit_proposal(request.user, shown, now)
    addenda = shown.addenda.visible_to(request.user) if shown.has_addenda else shown.addenda.none()
    history, merged = selectors.history_of(shown)
    context: dict[str, Any] = {
        "proposal": shown,
        "steps": timeline(shown, history, timezone.localdate(now)),
        "answers": answers,
        "attachments": shown.attachments.all() if shown.has_files else [],
        "may_withdraw": permissions.can_withdraw(request.user, shown),
        "may_edit": may_edit,
        "is_author": is_author,
        "may_add": is_author and not may_edit and permissions.can_add_addendum(request.user, shown),
        "addenda": addenda.prefetch_related("decisions") if is_author else addenda,
    }
    if shown.is_public:
        discussion = getattr(shown, "discussion", None) or discussion_for_proposal(proposal=shown)
        discussion.proposal = shown
        context |= {
            "merged": merged,
            "talk": asked_discussion(request, discussion, now=now),
            **support_context(request, shown, discussion),
        }
    return context
