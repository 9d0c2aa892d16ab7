"""Form for the name of a new account, shown once its address is verified."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms.profile import PublicNameForm
from accounts.models import User
from accounts.services.newcomers import forget_proof, open_account, proved_address
from accounts.views.sign_in import next_of, with_next


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def newcomer(request: HttpRequest) -> HttpResponse:
    """Asks for the name, opens the account and signs in. Redirects to the sign-in page without a verified address."""
    now = timezone.now()
    email = proved_address(session=request.session, now=now)
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_of(request) or reverse("accounts:home"))
    if not email:
        return redirect(with_next(request, reverse("account_login")))
    # A closed account also counts as existing: the sign-in shows that it is closed.
    user = User.objects.filter(email=email).first()
    is_new = user is None
    if user is None:
        form = PublicNameForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            context = {"form": form, "email": email, "next": next_of(request)}
            return render(request, "accounts/newcomer.html", context, status=422 if form.errors else 200)
        try:
            user = open_account(email=email, public_name=form.cleaned_data["public_name"], now=now)
        except IntegrityError:
            # The form was submitted twice at the same time: the account exists.
            user, is_new = User.objects.get(email=email), False
    forget_proof(request.session)
    record_authentication(request, user, method="code", email=email)
    return perform_login(request, user, redirect_url=next_of(request) or None, signup=is_new)
