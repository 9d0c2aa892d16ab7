"""Views of the second factors: list, addition, removal, and proof."""

from typing import Any, cast

from allauth.mfa.app_settings import RECOVERY_CODE_COUNT
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy

from accounts.forms.factors import FactorCodeForm
from accounts.models import User
from accounts.queries import factors_of, has_factor, unused_recovery_codes
from accounts.views.sign_in import next_of, with_next
from common.qr_codes import drawn


@login_required
def factors(request: HttpRequest) -> HttpResponse:
    """Lists the second factors of the user and explains each type."""
    user = cast(User, request.user)
    authenticators = list(factors_of(user))
    context = {
        "factors": authenticators,
        "has_application": any(authenticator.type == Authenticator.Type.TOTP for authenticator in authenticators),
        "codes_left": unused_recovery_codes(user),
        "codes_in_all": RECOVERY_CODE_COUNT,
    }
    return render(request, "mfa/index.html", context)


@login_required
def confirm_factor(request: HttpRequest) -> HttpResponse:
    """Asks a user with a second factor for a new proof, then redirects to the requested page."""
    user = cast(User, request.user)
    if not has_factor(user):
        return redirect(with_next(request, reverse("account_reauthenticate")))
    sent = request.POST if request.method == "POST" else None
    by_passkey = sent is not None and "credential" in sent
    code_form = FactorCodeForm(user=user, data=None if by_passkey else sent)
    passkey_form = ReauthenticateWebAuthnForm(user=user, data=sent if by_passkey else None)
    form = passkey_form if by_passkey else code_form
    if sent is not None and form.is_valid():
        form.save()
        return HttpResponseRedirect(next_of(request) or reverse("accounts:home"))
    context = {
        "form": code_form,
        "webauthn_form": passkey_form,
        "next": next_of(request),
        "types": types_of(user),
        "passkey_options": begin_authentication(user),
    }
    return render(request, "mfa/reauthenticate.html", context, status=422 if form.errors else 200)


def types_of(user: User) -> set[str]:
    """Returns the types of second factors of `user`, to show only those on pages."""
    return {factor.type for factor in factors_of(user)}


class ProveFactorView(AuthenticateView):
    """Second step of the sign-in, for users with a second factor."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        options = context["js_data"]["request_options"]
        return {**context, "types": types_of(self.stage.login.user), "passkey_options": options}


class AddApplicationView(ActivateTOTPView):
    """Shows the secret as a QR code and as text, and checks the first code of the application."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, **drawn(context["totp_url"])}


class AddPasskeyView(AddWebAuthnView):
    """Registers a passkey, one that can sign in alone if the device supports it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        options = context["js_data"]["creation_options"]
        public_key = {**options["publicKey"]}
        public_key["authenticatorSelection"] = {**public_key["authenticatorSelection"], "residentKey": "preferred"}
        return {**context, "form": kwargs.get("form") or self.get_form(), "passkey_options": {"publicKey": public_key}}


class RenamePasskeyView(EditWebAuthnView):
    success_url = reverse_lazy("mfa_index")


class RemovePasskeyView(RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")


@login_required
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Shows the recovery codes, once."""
    authenticator, is_first_time = view_recovery_codes(request)
    if authenticator is None:
        return redirect("mfa_index")
    return render(
        request, "mfa/recovery_codes/index.html", {"codes": authenticator.get_unused_codes() if is_first_time else []}
    )


@login_required
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Confirms, then replaces (POST) the recovery codes."""
    if not has_factor(cast(User, request.user)):
        return redirect("mfa_index")
    if request.method != "POST":
        return render(request, "mfa/recovery_codes/generate.html")
    generate_recovery_codes(request)
    return redirect("mfa_view_recovery_codes")
