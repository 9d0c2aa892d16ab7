"""Supporting a proposal: a page of its own that explains, and the POST that does it."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from common.fragments import mark, wants_fragment
from participation import permissions
from participation.models import Proposal
from participation.services import SupportClosed, set_support

# The action is said by the button; a page sent again does the same thing, it does not undo it.
ACTIONS = {"soutenir": True, "retirer": False}


@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest, number: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.published().select_related("call"), pk=number)
    wanted = ACTIONS.get(request.POST.get("action", ""))
    if request.method == "POST" and request.user.is_authenticated and wanted is not None:
        # What is closed meanwhile is said by the box, like the rest: nothing else to tell.
        with suppress(SupportClosed):
            set_support(user=request.user, proposal=proposal, supported=wanted)
        if not wants_fragment(request):
            return redirect(f"{proposal.get_absolute_url()}#soutien")
        proposal.refresh_from_db(fields=["support_count", "state"])
        box = render(request, "participation/includes/support_box.html", _context(request, proposal))
        return mark(request, box, says="soutien-phrase")
    return render(request, "participation/support.html", _context(request, proposal))


def _context(request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "supports_open": permissions.is_open_to_supports(proposal),
        "is_supporter": request.user.is_authenticated and proposal.supports.filter(user=request.user).exists(),
    }
