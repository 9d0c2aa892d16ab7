"""Proof that it is the person of the account, before what would give the account away.

Who has the session of somebody else (a device left open, a stolen cookie) could have the code that changes the address
sent to an address of their own, or choose a password. A session in which the person signed in, or copied a code, a few
minutes ago is proof enough; for who has a second factor, the proof of that factor alone is. Otherwise who has the
session and the mailbox of somebody could take the factor away, for which it is there.
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
    """Asks who is signed in to prove it once more before `view`, unless that was done a few minutes ago."""

    @wraps(view)
    def asks_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _was_confirmed(request):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")

    return login_required(asks_first)


def factor_confirmed(view: View) -> View:
    """The same for `view` which has a proof of its own, a code or a password: it asks who has a second factor alone."""
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
    return any(one["at"] > since for one in get_authentication_records(request, request.user))


@login_required
def confirm_identity(request: HttpRequest) -> HttpResponse:
    """Says why it is asked; a POST sends a code to the address of the account."""
    person, now = cast(User, request.user), timezone.now()
    target = next_of(request) or reverse("accounts:home")
    if has_factor(person):
        return redirect(with_next(request, reverse("accounts:confirm_factor")))
    if request.method == "POST":
        try:
            throttle(request, user=person, email=person.email, now=now)
        except TooManyMails as refusal:
            messages.error(request, str(refusal))
        else:
            send_code(user=person, action=AccountCode.Action.IDENTITY, choices={"next": target}, now=now)
            return redirect("accounts:confirm_identity")
    return render(request, "accounts/identity.html", {"next": target})


class ConfirmIdentityView(ConfirmActionView):
    """Takes the code, and leads where the person was going."""

    action = AccountCode.Action.IDENTITY
    start = "account_reauthenticate"
    template_name = "accounts/confirm_identity.html"

    def confirmed(self, row: AccountCode) -> HttpResponse:
        record_authentication(self.request, self.user, method="code", reauthenticated=True)
        return HttpResponseRedirect(row.choices["next"])
