"""Supporting a proposal: a page of its own that explains, and the POST that does it."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.fragments import mark, wants_fragment
from participation import permissions
from participation.errors import ParticipationError
from participation.models import Discussion, Proposal
from participation.services.discussions import discussion_for_proposal
from participation.services.supports import set_support
from participation.views.follows import follow_context

# The action is said by the button; a page sent again does the same thing, it does not undo it.
ACTIONS = {"soutenir": True, "retirer": False}


@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest, number: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.published().select_related("call"), pk=number)
    wanted = ACTIONS.get(request.POST.get("action", ""))
    if request.method == "POST" and request.user.is_authenticated and wanted is not None:
        # What is closed meanwhile, or is for others, is said by the box, like the rest: nothing else to tell.
        with suppress(ParticipationError):
            set_support(user=request.user, proposal=proposal, supported=wanted, now=timezone.now())
        if not wants_fragment(request):
            return redirect(f"{proposal.get_absolute_url()}#soutien")
        proposal.refresh_from_db(fields=["support_count", "state"])
        box = render(request, "participation/includes/support_box.html", support_context(request, proposal))
        return mark(request, box, says="soutien-phrase")
    return render(request, "participation/support.html", support_context(request, proposal))


def support_context(request: HttpRequest, proposal: Proposal, discussion: Discussion | None = None) -> dict[str, Any]:
    """What the box of supports shows: what the reader may do about `proposal`, and whether she follows it."""
    now = timezone.now()
    supports_open = permissions.is_open_to_supports(proposal, now)
    return {
        **follow_context(request, discussion or discussion_for_proposal(proposal=proposal)),
        "proposal": proposal,
        "supports_open": supports_open,
        "supports_from": None if supports_open else permissions.opens_at(permissions.Act.SUPPORT, proposal.call, now),
        "can_support": permissions.can_support(request.user, proposal, now),
        "is_supporter": request.user.is_authenticated and proposal.supports.filter(user=request.user).exists(),
    }
