"""Co-authors of a proposal: invite, join, leave, remove."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.choosers import number_of
from common.errors import Refusal
from common.limits import throttle_mail
from common.shown import ChangedMeanwhile, Confirmation
from participation import permissions
from participation.errors import InvitationOver
from participation.forms.proposals import InvitationForm
from participation.models import Invitation
from participation.services.coauthors import (
    answer_invitation,
    contents_of,
    invite,
    is_invited,
    leave,
    remove_coauthor,
    withdraw_invitation,
)
from participation.views.versions import get_own_proposal

# Values of the buttons on the page of an invitation.
ANSWERS = {"accepter": True, "refuser": False}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def coauthors(request: HttpRequest, number: int) -> HttpResponse:
    """Lists the authors of the proposal; the first one invites and withdraws invitations, co-authors may leave."""
    user = cast(User, request.user)
    proposal = get_own_proposal(user, number)
    now = timezone.now()
    action = request.POST.get("action", "")
    form = InvitationForm(request.POST if action == "inviter" else None)
    if action == "quitter":
        leave(proposal=proposal, user=user)
        messages.success(request, _("You are no longer one of the authors of “%(title)s”.") % {"title": proposal.title})
        return redirect("participation:contributions")
    if not proposal.is_first_author(user) and action:
        raise Http404
    if action == "reprendre":
        invitation_pk = request.POST.get("invitation", "")
        waiting = proposal.invitations.waiting(now).filter(pk=number_of(invitation_pk)).first()
        if waiting is None:
            # It was answered meanwhile.
            messages.error(request, str(InvitationOver.message))
        else:
            withdraw_invitation(invitation=waiting, author=user)
            messages.success(request, _("The invitation is taken back. Its link leads nowhere now."))
        return redirect("participation:coauthors", number=proposal.pk)
    if action == "inviter" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            # A refused invitation sends no mail: it does not count for the address.
            with transaction.atomic():
                throttle_mail(request, email, now, sends=not is_invited(proposal=proposal, email=email, now=now))
                invite(proposal=proposal, author=user, email=email, now=now)
        except Refusal as refusal:
            form.add_error("email", str(refusal))
        else:
            # The same message for every address, whatever its earlier answer.
            messages.success(
                request,
                _("The invitation is on its way to %(email)s.") % {"email": email},
            )
            return redirect("participation:coauthors", number=proposal.pk)
    is_first = proposal.is_first_author(user)
    context = {
        "proposal": proposal,
        "is_first": is_first,
        "form": form if permissions.can_invite(user, proposal) else None,
        "invitations": proposal.invitations.waiting(now) if is_first else [],
        "may_remove": permissions.can_remove_coauthor(user, proposal),
    }
    return render(request, "participation/coauthors.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def remove(request: HttpRequest, number: int, key: int) -> HttpResponse:
    """Confirms and performs the removal of a co-author; redirects if they have left in the meantime."""
    user = cast(User, request.user)
    proposal = get_own_proposal(user, number)
    if not permissions.can_remove_coauthor(user, proposal):
        raise Http404
    joined = proposal.co_authorships.filter(pk=key).first()
    if joined is None:
        return redirect("participation:coauthors", number=proposal.pk)
    if request.method == "POST":
        remove_coauthor(proposal=proposal, user=joined.user, author=user, now=timezone.now())
        messages.success(request, _("%(name)s is no longer one of the authors.") % {"name": joined.user.public_name})
        return redirect("participation:coauthors", number=proposal.pk)
    return render(request, "participation/coauthor_remove.html", {"proposal": proposal, "joined": joined})


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Shows and answers an invitation, from the signed link in its mail. An invalid link gets instructions."""
    rows = Invitation.objects.select_related("proposal__author", "proposal__call")
    invitation = rows.filter(pk=Invitation.key_of(token) or 0).first()
    now = timezone.now()
    user = request.user
    confirmation = Confirmation(request, contents_of(invitation.proposal)) if invitation else None
    has_changed = False
    answer = ANSWERS.get(request.POST.get("action", ""))
    if invitation and confirmation and user.is_authenticated and answer is not None and invitation.is_for(user):
        try:
            proposal = answer_invitation(
                invitation=invitation, user=user, accepted=answer, shown=confirmation.shown, now=now
            )
        except ChangedMeanwhile as refusal:
            has_changed = True
            messages.warning(request, str(refusal))
        except InvitationOver:
            # The page below shows what happened in the meantime.
            invitation.refresh_from_db()
        else:
            if answer:
                messages.success(request, _("You are now one of the authors of this proposal."))
                return redirect(proposal)
            messages.success(request, _("You have said no. You receive no other e-mail about this."))
            return redirect("/")
    is_open = invitation is not None and invitation.is_waiting(now)
    context = {
        "invitation": invitation,
        "confirmation": confirmation,
        "is_open": is_open,
        "is_theirs": invitation is not None and invitation.is_for(user),
        "may_answer": invitation is not None and permissions.can_answer_invitation(user, invitation, now),
    }
    status = 404 if not is_open else 409 if has_changed else 200
    return render(request, "participation/invitation.html", context, status=status)
