"""Withdrawing one's own proposal: a page that says what will happen, and the POST that does it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from participation import permissions
from participation.errors import ParticipationError
from participation.forms.proposals import WithdrawalForm
from participation.models import Proposal, ProposalStep
from participation.services.states import change_state


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """For others than its author the page does not exist; once it is too late, it says so."""
    user = cast(User, request.user)
    proposal = get_object_or_404(Proposal.objects.filter(author=user), pk=number)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_state(
                proposal=proposal,
                state=Proposal.State.WITHDRAWN,
                role=ProposalStep.Role.AUTHOR,
                actor=user,
                now=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except ParticipationError:
            # The page says below what became of the proposal meanwhile.
            pass
        else:
            messages.success(request, _("Your proposal is withdrawn. You alone can still read it."))
            return redirect(proposal)
    proposal.refresh_from_db()
    return render(
        request,
        "participation/withdraw.html",
        {"proposal": proposal, "form": form, "is_possible": permissions.can_withdraw(user, proposal)},
    )
