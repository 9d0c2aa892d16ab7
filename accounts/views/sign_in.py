"""Views of signing in and out and of creating an account: allauth's, with our pages and ways out."""

from typing import Any

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginStage
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import FormView

from accounts.errors import CodeOver
from accounts.forms.sign_in import PasswordForm, RequestCodeForm, SignUpForm
from accounts.hooks import account_links
from accounts.services.emails import record_email
from accounts.services.newcomers import note_proof, noted_code
from accounts.services.providers import Identity
from common.audit import Act, tell
from common.errors import TooManyMails
from common.limits import allow, throttle_mail


def next_of(request: HttpRequest) -> str:
    """Returns the page to return to that `request` names; an empty text for none, and for one of another site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    # PostgreSQL keeps no NUL, and no address has what cannot be printed.
    return target if target.isprintable() and get_adapter(request).is_safe_url(target) else ""


def with_next(request: HttpRequest, url: str) -> str:
    """Returns `url`, carrying the page to return to (`next_of`)."""
    target = next_of(request)
    return f"{url}?{urlencode({'next': target})}" if target else url


class StartsAgainMixin:
    """Lets a person who waits for a code start again: allauth would lead back to the page that asks for the code.

    Whoever mistyped the e-mail address could not correct it otherwise. The code that is waited for stays valid.
    """

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> None:
        return None


class SendsCodeMixin(FormView):
    """Counts the code that a form of allauth sends to `email`; refused, the form says so."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            throttle_mail(self.request, form.cleaned_data["email"], timezone.now())
        except TooManyMails as refusal:
            form.add_error("email", str(refusal))
            return self.form_invalid(form)
        return super().form_valid(form)


class TakesCodeMixin(FormView):
    """Counts a try before the code is looked at, and another code before it is sent.

    allauth counts tries in the session, which parallel requests read before any of them writes it.
    """

    # What allauth finds in the session, and what it reads in the form.
    _process: Any
    _action: str

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        process, now = self._process, timezone.now()
        email = process.state["email"]
        if self._action == "resend":
            try:
                throttle_mail(request, email, now)
            except TooManyMails as refusal:
                messages.error(request, str(refusal))
                return redirect(with_next(request, request.path))
        else:
            which = f"{request.session.session_key} {process.state['at']}"
            if not allow("code.try", which, limit=process.max_attempts, seconds=process.timeout, now=now):
                messages.error(request, str(CodeOver()))
                return redirect(with_next(request, reverse("account_login")))
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        tell(Act.WRONG_CODE, refused=True, about=self._process.user)
        return super().form_invalid(form)


class SignInView(StartsAgainMixin, allauth.LoginView):
    """One page with both ways in: a code by e-mail first, then the password of those who have one.

    This URL takes the password; the code form posts to `RequestCodeView`, which shows the same page again.
    """

    form_class = PasswordForm
    template_name = "account/login.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "password_form": context["form"], "code_form": RequestCodeForm()}


def wagtail_sign_in(request: HttpRequest) -> HttpResponse:
    """Leads to the sign-in page of the site: rate limits and codes hold for the admin and for reserved pages too.

    Wagtail sends here whoever may not read a page, those who are signed in too. The sign-in page would lead them back
    to the page, for ever: they are told that it is reserved (`PermissionDenied`).
    """
    if "next" not in request.GET:
        return redirect("account_login")
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET["next"])


def reserved(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Says that a page is reserved, and what the account may do instead (403)."""
    links = account_links(request) if request.user.is_authenticated else []
    return render(request, "403.html", {"links": links}, status=403)


class RequestCodeView(SendsCodeMixin, StartsAgainMixin, allauth.RequestLoginCodeView):
    """Takes the e-mail address of the sign-in page and sends a code to it."""

    form_class = RequestCodeForm
    template_name = "account/login.html"

    def form_valid(self, form: RequestCodeForm) -> HttpResponse:
        if form.user:
            record_email(user=form.user)
        return super().form_valid(form)

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return redirect(with_next(request, reverse("account_login")))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "code_form": context["form"], "password_form": PasswordForm(request=self.request)}


class SignUpView(SendsCodeMixin, StartsAgainMixin, allauth.SignupView):
    """Asks for an e-mail address and a name, and sends a code."""

    form_class = SignUpForm

    def get_initial(self) -> dict[str, Any]:
        """Writes the address that a provider told of this visitor; a code proves it, as every other."""
        identity = Identity.waiting(self.request.session, timezone.now())
        return {**super().get_initial(), **({"email": identity.email} if identity else {})}

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        """Writes all of it at once: an address that has an account already is not told by the number of writes."""
        with transaction.atomic():
            return super().form_valid(form)


class ConfirmSignInCodeView(TakesCodeMixin, allauth.ConfirmLoginCodeView):
    """Asks for the code that opens an account. A code that is too old leads back to the sign-in page, which says so."""

    _process: Any = None

    def get_form_kwargs(self) -> dict[str, Any]:
        """Expects the code of an address without an account, which allauth does not know, from such an address."""
        kwargs = super().get_form_kwargs()
        if "code" in kwargs and self._process.user is None:
            kwargs["code"] = noted_code(self.request.session)
        return kwargs

    def form_valid(self, form: Any) -> HttpResponse:
        """Leads whoever proved an address without an account to its name; sends such an address another code."""
        if self._process.user is not None:
            return super().form_valid(form)
        email = self._process.state["email"]
        if self._action == "resend":
            get_adapter(self.request).send_code_to_newcomer(self.request, email)
            return super().form_valid(form)
        self._process.abort()
        note_proof(session=self.request.session, email=email, now=timezone.now())
        return redirect(with_next(self.request, reverse("accounts:newcomer")))

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        ways_out = {reverse("account_request_login_code"), reverse("account_login")}
        return _back_to_sign_in(request, response, ways_out, code_was_lost=self._process is None)


class ConfirmSignUpCodeView(TakesCodeMixin, allauth.ConfirmEmailVerificationCodeView):
    """Asks for the code that proves the e-mail address of a new account."""

    _process = None

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            # The page was sent twice, or kept open: the account is open already.
            return redirect("accounts:home")
        response = super().dispatch(request, *args, **kwargs)
        return _back_to_sign_in(request, response, {reverse("account_login")}, code_was_lost=self._process is None)

    def form_valid(self, form: Any) -> HttpResponse:
        """Records the code as what the person signed in with; allauth does so for all other codes."""
        response = super().form_valid(form)
        if self.request.user.is_authenticated:
            record_authentication(self.request, self.request.user, method="code")
        return response


def _back_to_sign_in(
    request: HttpRequest, response: HttpResponseBase, ways_out: set[str], *, code_was_lost: bool
) -> HttpResponseBase:
    """Keeps the page to return to where allauth leads out of a code page, and says why when the code was too old."""
    if not isinstance(response, HttpResponseRedirect) or response.url not in ways_out:
        return response
    if code_was_lost:
        messages.error(request, _("This code can no longer be used. Ask for a new one."))
    return redirect(with_next(request, reverse("account_login")))


def signed_out(request: HttpRequest) -> HttpResponse:
    """Says that it is done, and where to go from here."""
    return render(request, "accounts/signed_out.html")
