"""Recent proof of identity before actions that could give the account away.

Somebody with access to a session (a device left open, a stolen cookie) could otherwise have the code that changes the
address sent to their own, or choose a password. A sign-in or a code within the last few minutes is enough; a user with
a second factor must prove that factor. Otherwise access to the session and the mailbox would suffice to remove the
factor that protects against it.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import AccountCode, User
from accounts.queries import has_factor
from accounts.services.codes import send_code, throttle
from accounts.services.factors import proved_factor
from accounts.views.codes import ConfirmActionView
from accounts.views.sign_in import next_of, with_next
from common.errors import TooManyMails

View = Callable[..., HttpResponseBase]


def identity_confirmed(view: View) -> View:
    """Requires a proof of identity within the last few minutes before `view`."""

    @wraps(view)
    def asks_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _was_confirmed(request):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")

    return login_required(asks_first)


def factor_confirmed(view: View) -> View:
    """Requires a recent proof of the second factor, if there is one, before a `view` with its own password or code."""
    asks_first = identity_confirmed(view)

    @wraps(view)
    def asks_who_has_one(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        has_one = request.user.is_authenticated and has_factor(request.user)
        return (asks_first if has_one else view)(request, *args, **kwargs)

    return asks_who_has_one


def _was_confirmed(request: HttpRequest) -> bool:
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    if has_factor(cast(User, request.user)):
        return proved_factor(request, since=since)
    return any(record["at"] > since for record in get_authentication_records(request, request.user))


@login_required
def confirm_identity(request: HttpRequest) -> HttpResponse:
    """Explains why a proof is needed; a POST sends a code to the address of the account."""
    user, now = cast(User, request.user), timezone.now()
    target = next_of(request) or reverse("accounts:home")
    if has_factor(user):
        return redirect(with_next(request, reverse("accounts:confirm_factor")))
    if request.method == "POST":
        try:
            throttle(request, user=user, email=user.email, now=now)
        except TooManyMails as refusal:
            messages.error(request, str(refusal))
        else:
            send_code(user=user, action=AccountCode.Action.IDENTITY, choices={"next": target}, now=now)
            return redirect("accounts:confirm_identity")
    return render(request, "accounts/identity.html", {"next": target})


class ConfirmIdentityView(ConfirmActionView):
    """Checks the code and redirects to the requested page."""

    action = AccountCode.Action.IDENTITY
    start = "account_reauthenticate"
    template_name = "accounts/confirm_identity.html"

    def confirmed(self, row: AccountCode) -> HttpResponse:
        record_authentication(self.request, self.user, method="code", reauthenticated=True)
        return HttpResponseRedirect(row.choices["next"])
