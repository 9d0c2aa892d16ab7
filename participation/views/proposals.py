"""List of proposals, page of a proposal, and its support. Anonymous pages have no POST form and no cookie."""

from contextlib import suppress
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, Subquery, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import AnyUser
from accounts.views.intended import ask_for_code, done_after_sign_in
from committee.models import public_topics
from common.fragments import mark, render_page_or_fragment, wants_fragment
from participation import permissions
from participation.errors import NotInvited, SupportClosed
from participation.forms.lists import ProposalFilters
from participation.models import (
    Addendum,
    Attachment,
    CallPage,
    CoAuthor,
    Follow,
    OfficialAnswer,
    Proposal,
    ProposalInDecision,
    ProposalIndexPage,
    Support,
)
from participation.models.attachments import AttachmentQuerySet
from participation.models.proposals import ProposalQuerySet
from participation.models.versions import AddendumQuerySet
from participation.queries.discussions import number_of_threads_under, requested_discussion
from participation.queries.dossier import opinions_on
from participation.queries.proposals import history_of, list_proposals, median_answer_delay
from participation.queries.related import example_of
from participation.queries.standings import chart_of_standings
from participation.queries.timeline import timeline
from participation.services.follows import discussion_for_proposal
from participation.services.supports import set_support
from participation.views.discussions import follow_box, follow_context

PROPOSALS_PER_PAGE = 15
# The button sends the action: a resubmission repeats it instead of reverting it.
SUPPORT_ACTIONS = {"soutenir": True, "retirer": False}


@require_safe
def proposal_list(request: HttpRequest, index_page: ProposalIndexPage | None = None) -> HttpResponse:
    """Lists proposals, filtered and sorted. A preview passes its own `index_page`, for title and introduction."""
    filters = ProposalFilters(request.GET)
    page_obj = Paginator(list_proposals(request.user, filters), PROPOSALS_PER_PAGE).get_page(request.GET.get("page"))
    count = page_obj.paginator.count
    context = {
        "page": index_page or ProposalIndexPage.objects.live().order_by("path").first(),
        "filters": filters,
        "active_filters": filters.active_filters(),
        "page_obj": page_obj,
        "count": count,
        "answer_delay": median_answer_delay(),
        "standings": chart_of_standings(),
        "too_narrow": None if count else filters.too_narrow(Proposal.objects.visible_to(request.user)),
    }
    return render_page_or_fragment(request, "participation/proposal_list.html", context, says="resultats")


@require_safe
def proposal_by_number(request: HttpRequest, number: int) -> HttpResponse:
    """Redirects from the number alone to the full URL."""
    return redirect(get_object_or_404(Proposal.objects.visible_to(request.user), pk=number), permanent=True)


@require_safe
def proposal(request: HttpRequest, number: int, slug: str) -> HttpResponse:
    readable = _with_page_facts(Proposal.objects.visible_to(request.user), request.user)
    proposal = get_object_or_404(readable, pk=number)
    if slug != proposal.slug:
        return redirect(proposal, permanent=True)
    # An answered proposal is marked in its row: the others need no query for answers.
    answers = list(proposal.answers.visible_to(request.user).select_related("service")) if proposal.answered_at else []
    return render(request, "participation/proposal.html", _page_of(request, proposal, answers))


def preview_answer(request: HttpRequest, answer: OfficialAnswer) -> HttpResponse:
    """Shows the page of the proposal as it will be with `answer`, for its writers. Nothing is saved."""
    answerable = Proposal.objects.filter(state__in=Proposal.ANSWERABLE_STATES)
    proposal = get_object_or_404(_with_page_facts(answerable, request.user), pk=answer.proposal_id)
    earlier = proposal.answers.public().exclude(pk=answer.pk).select_related("service")
    context = _page_of(request, proposal, [answer, *earlier])
    if answer.decision:
        proposal.state = answer.decision
    return render(request, "participation/proposal.html", context)


def _with_page_facts(proposals: ProposalQuerySet, user: AnyUser) -> ProposalQuerySet:
    """Annotates `proposals` with the data of their page for `user`: threads, support, follow, existing rows."""
    of_proposal = OuterRef("pk")
    proposals = (
        proposals.select_related("author", "call", "discussion", "asked_service")
        .prefetch_related(public_topics())
        .defer("call__body")
        .annotate(
            names_call=Exists(CallPage.objects.published().filter(pk=OuterRef("call"))),
            has_opinions=Exists(
                ProposalInDecision.objects.filter(Q(proposal=of_proposal) | Q(proposal__merged_into=of_proposal))
            ),
            has_files=Exists(Attachment.objects.current().filter(proposal=of_proposal)),
            has_addenda=Exists(Addendum.objects.filter(proposal=of_proposal)),
            has_coauthors=Exists(CoAuthor.objects.filter(proposal=of_proposal)),
            thread_count=number_of_threads_under(OuterRef("discussion"), user),
        )
    )
    if not user.is_authenticated:
        return proposals
    follow = Follow.objects.filter(discussion=OuterRef("discussion"), user=user).order_by()
    return proposals.annotate(
        is_supported=Exists(Support.objects.filter(proposal=of_proposal, user=user)),
        follow_source=Subquery(follow.values("source")),
        follow_muted=Subquery(follow.values("muted")),
    )


def _addenda(request: HttpRequest, proposal: Proposal) -> AddendumQuerySet:
    """Returns the addenda to `proposal`; for its authors, with the decisions about them."""
    addenda = Addendum.objects.shown_under(proposal, request.user)
    return addenda.prefetch_related("decisions") if proposal.is_author(request.user) else addenda


def _files(proposal: Proposal, *, is_author: bool) -> AttachmentQuerySet:
    """Returns the files of `proposal`; for its authors, including those that wait for moderation."""
    return proposal.attachments.current() if is_author else proposal.attachments.published()


def _page_of(request: HttpRequest, proposal: Proposal, answers: list[OfficialAnswer]) -> dict[str, Any]:
    now = timezone.now()
    is_author = proposal.is_author(request.user)
    can_edit = permissions.can_edit_proposal(request.user, proposal, now)
    if proposal.has_coauthors:  # type: ignore[attr-defined]
        prefetch_related_objects([proposal], "co_authorships")
    history, merged = history_of(proposal)
    context: dict[str, Any] = {
        "proposal": proposal,
        "example": example_of(proposal),
        "steps": timeline(proposal, history, timezone.localdate(now)),
        "opinions": opinions_on(proposal, merged, now=now) if proposal.has_opinions else [],  # type: ignore[attr-defined]
        "answers": answers,
        "attachments": _files(proposal, is_author=is_author) if proposal.has_files else [],  # type: ignore[attr-defined]
        "may_withdraw": permissions.can_withdraw(request.user, proposal),
        "may_edit": can_edit,
        "is_author": is_author,
        "may_add": is_author and not can_edit and permissions.can_add_addendum(request.user, proposal),
        "addenda": _addenda(request, proposal) if proposal.has_addenda else [],
    }
    if proposal.is_public:
        discussion = getattr(proposal, "discussion", None) or discussion_for_proposal(proposal=proposal)
        discussion.proposal = proposal
        context |= {
            "merged": merged,
            "thread_list": requested_discussion(request, discussion, total=proposal.thread_count, now=now),
            **_support_box(request, proposal, is_supporter=getattr(proposal, "is_supported", False)),
            **follow_box(discussion, _own_follow(proposal)),
        }
    return context


def _own_follow(proposal: Proposal) -> Follow | None:
    """Returns the follow found by `_with_page_facts`, or None."""
    source = getattr(proposal, "follow_source", None)
    return Follow(source=source, muted=proposal.follow_muted) if source else None  # type: ignore[attr-defined]


@done_after_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest, number: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.published().select_related("call"), pk=number)
    supported = SUPPORT_ACTIONS.get(request.POST.get("action", ""))
    if response := ask_for_code(request):
        return response
    if request.user.is_authenticated and supported is not None:
        # The box itself shows that supports are closed or limited: no further message.
        with suppress(SupportClosed, NotInvited):
            set_support(user=request.user, proposal=proposal, supported=supported, now=timezone.now())
        if not wants_fragment(request):
            return redirect(f"{proposal.get_absolute_url()}#soutien")
        proposal.refresh_from_db(fields=["support_count", "state"])
        box = render(request, "participation/includes/support_box.html", support_context(request, proposal))
        return mark(request, box, says="soutien-phrase")
    return render(request, "participation/support.html", support_context(request, proposal))


def support_context(request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
    """Returns the context of the support box, after queries for the support and the follow of the user."""
    user = request.user
    supported = user.is_authenticated and proposal.supports.filter(user=user).exists()
    box = _support_box(request, proposal, is_supporter=supported)
    return {**follow_context(request, discussion_for_proposal(proposal=proposal)), **box}


def _support_box(request: HttpRequest, proposal: Proposal, *, is_supporter: bool) -> dict[str, Any]:
    """Returns the context of the support box: the actions allowed on `proposal`."""
    now = timezone.now()
    supports_open = permissions.is_open_to_supports(proposal, now)
    return {
        "proposal": proposal,
        "about": proposal.topic,
        "supports_open": supports_open,
        "supports_from": None if supports_open else permissions.opens_at(permissions.Act.SUPPORT, proposal.call, now),
        "can_support": permissions.can_support(request.user, proposal, now),
        "is_supporter": is_supporter,
    }
