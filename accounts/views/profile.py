"""Views of the account page, the public name and the commune."""

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.forms.profile import ChangePublicNameForm, CommuneForm
from accounts.hooks import account_links
from accounts.models import User
from accounts.queries import members_at
from accounts.views.sign_in import next_of

FIRST_DAY = timedelta(days=1)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Shows the account page, with three suggestions on the first day."""
    user, now = cast(User, request.user), timezone.now()
    # Only members can show their address, and only to other members.
    is_member = members_at(now).filter(pk=user.pk).exists()
    context = {"links": account_links(request), "is_member": is_member, "is_new": now - user.date_joined < FIRST_DAY}
    return render(request, "accounts/home.html", context)


@login_required
def public_name(request: HttpRequest) -> HttpResponse:
    """Changes the public name."""
    user = cast(User, request.user)
    form = ChangePublicNameForm(request.POST or None, user=user, initial={"public_name": user.public_name})
    if request.method == "POST" and form.is_valid():
        form.save(user=user)
        messages.success(request, _("Your name is changed. It is shown with everything that you wrote."))
        return redirect("accounts:home")
    return render(request, "accounts/public_name.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def commune(request: HttpRequest) -> HttpResponse:
    """Asks for the commune, which is optional, and redirects to the page that asked for it."""
    user = cast(User, request.user)
    form = CommuneForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        # Not the whole row: another request may have changed other fields meanwhile.
        form.instance.save(update_fields=["commune"])
        messages.success(request, _("Your commune is saved. Nobody else sees it."))
        return HttpResponseRedirect(next_of(request) or reverse("accounts:home"))
    context = {"form": form, "next": next_of(request)}
    return render(request, "accounts/commune.html", context, status=422 if form.errors else 200)
