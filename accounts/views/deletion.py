"""Views that delete an account and cancel the deletion within seven days."""

from typing import cast

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import LastAdministrator
from accounts.exports.personal_data import erasure_summary_of
from accounts.forms.own_data import DeletionForm
from accounts.models import AccountCode, User
from accounts.queries import is_last_administrator
from accounts.services.codes import send_code, throttle
from accounts.services.deletion import agree_to_return, leaving_account_of, plan_deletion
from accounts.views.codes import ConfirmActionView
from common.errors import TooManyMails
from common.personal_data import ErasurePolicy
from common.templatetags.dates import day


@login_required
def delete(request: HttpRequest) -> HttpResponse:
    """Shows what is erased and kept, with the choice for texts, and sends a code."""
    user, now = cast(User, request.user), timezone.now()
    lines = erasure_summary_of(user)
    texts = [line.text for line in lines if line.fate is ErasurePolicy.CHOICE]
    form = DeletionForm(request.POST if request.method == "POST" else None, has_texts=bool(texts))
    if request.method == "POST" and form.is_valid():
        try:
            if is_last_administrator(user):
                raise LastAdministrator
            throttle(request, user=user, email=user.email, now=now)
        except (LastAdministrator, TooManyMails) as refusal:
            form.add_error(None, str(refusal))
        else:
            choices = {"removes_texts": form.removes_texts}
            send_code(user=user, action=AccountCode.Action.DELETION, choices=choices, now=now)
            return redirect("accounts:confirm_deletion")
    context = {
        "form": form,
        "goes": [line.text for line in lines if line.fate is ErasurePolicy.GOES],
        "stays": [line.text for line in lines if line.fate is ErasurePolicy.STAYS],
        "texts": texts,
        "due_at": now + User.DELETION_DELAY,
    }
    return render(request, "accounts/delete.html", context, status=422 if form.errors else 200)


class ConfirmDeletionView(ConfirmActionView):
    """Checks the code, closes the account, and signs out."""

    action = AccountCode.Action.DELETION
    start = "accounts:delete"
    template_name = "accounts/confirm_deletion.html"

    def confirmed(self, row: AccountCode) -> HttpResponse:
        removes_texts = row.choices["removes_texts"]
        leaving = plan_deletion(user=self.user, removes_texts=removes_texts, now=self.now)
        logout(self.request)
        sentence = _("It is noted. Your account will be erased on %(day)s.")
        messages.success(self.request, sentence % {"day": day(leaving.deletion_due_at)})
        return redirect("accounts:closed")


def closed(request: HttpRequest) -> HttpResponse:
    """Shows that the account is closed and how to reopen it."""
    return render(request, "accounts/closed.html")


def come_back(request: HttpRequest) -> HttpResponse:
    """Offers to cancel the deletion after a sign-in; a POST continues the sign-in.

    A second factor is asked as at any sign-in; then `AccountAdapter.login` reopens the account.
    """
    leaving = leaving_account_of(session=request.session, now=timezone.now())
    if leaving is None:
        return redirect("account_login")
    if request.method != "POST":
        return render(request, "accounts/come_back.html", {"leaving": leaving})
    agree_to_return(session=request.session)
    return perform_login(request, Login(user=leaving, redirect_url=reverse("accounts:home")))
