"""Page on which a member declines an account, linked from the mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from committee.invitations.services import decline
from committee.models import AccountInvitation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decline_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for confirmation, then records the refusal. The page has no name: anyone with the mail can open it."""
    now = timezone.now()
    invitation = AccountInvitation.of_token(token, now)
    is_done = False
    if invitation and request.method == "POST":
        decline(invitation=invitation, now=now)
        is_done = True
    context = {"is_done": is_done, "is_open": invitation is not None}
    status = 200 if invitation else 404
    return render(request, "committee/invitations/decline.html", context, status=status)
