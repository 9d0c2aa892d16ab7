"""Views that change the e-mail address of an account."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.forms.own_data import EmailForm
from accounts.models import AccountCode, User
from accounts.services.codes import send_code, throttle
from accounts.services.emails import change_email
from accounts.services.sessions import stay_signed_in
from accounts.views.codes import ConfirmActionView
from common.errors import TooManyMails


@login_required
def email(request: HttpRequest) -> HttpResponse:
    """Asks for the new address and sends a code to it."""
    user, now = cast(User, request.user), timezone.now()
    form = EmailForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["email"]
        try:
            throttle(request, user=user, email=new, now=now)
        except TooManyMails as refusal:
            form.add_error(None, str(refusal))
        else:
            send_code(user=user, action=AccountCode.Action.EMAIL, email=new, now=now)
            return redirect("accounts:confirm_email")
    return render(request, "accounts/email.html", {"form": form}, status=422 if form.errors else 200)


class ConfirmEmailView(ConfirmActionView):
    """Checks the code sent to the new address, and changes the address of the account."""

    action = AccountCode.Action.EMAIL
    start = "accounts:email"
    template_name = "accounts/confirm_email.html"

    def confirmed(self, row: AccountCode) -> HttpResponse:
        change_email(user=self.user, email=row.email, now=self.now)
        self.user.refresh_from_db()
        stay_signed_in(self.request, self.user)
        messages.success(
            self.request, _("Your address is changed. Sign in with it from now on. Your other devices are signed out.")
        )
        return redirect("accounts:home")
