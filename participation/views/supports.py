"""Supporting a proposal: a page of its own that explains, and the POST that does it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

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
        try:
            set_support(user=request.user, proposal=proposal, supported=wanted)
        except SupportClosed as closed:
            messages.warning(request, str(closed))
        else:
            messages.success(request, _("You support this proposal.") if wanted else _("Your support is taken back."))
        return redirect(f"{proposal.get_absolute_url()}#soutien")
    return render(
        request,
        "participation/support.html",
        {
            "proposal": proposal,
            "supports_open": permissions.is_open_to_supports(proposal),
            "is_supporter": request.user.is_authenticated and proposal.supports.filter(user=request.user).exists(),
        },
    )
