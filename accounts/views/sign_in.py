"""Views of sign-in, sign-out and sign-up: allauth's, with our templates and redirects."""

from typing import Any

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginStage
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import FormView

from accounts.errors import TOO_MANY_TRIES, CodeExpired
from accounts.forms.sign_in import PasswordForm, RequestCodeForm, SignUpForm
from accounts.hooks import account_links
from accounts.services.browsers import known_browser
from accounts.services.emails import record_email
from accounts.services.newcomers import note_proof, noted_code
from accounts.services.providers import Identity
from common.audit import Act, record_act
from common.errors import TooManyMails, TooManyTries
from common.limits import allow, count_wrong_code, refuse_guesses, throttle_mail, too_often

# Allowance of the codes of people who sign in, which no other mail uses up.
SIGN_IN_CODES = "code"


def next_of(request: HttpRequest) -> str:
    """Returns the page to return to (`next`); "" if there is none or it is on another site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    # PostgreSQL cannot store NUL, and no URL contains unprintable characters.
    return target if target.isprintable() and get_adapter(request).is_safe_url(target) else ""


def with_next(request: HttpRequest, url: str) -> str:
    """Returns `url` with the page to return to (`next_of`)."""
    target = next_of(request)
    return f"{url}?{urlencode({'next': target})}" if target else url


class RestartSignInMixin:
    """Lets a user with a pending code start again, where allauth would redirect to the page of the code.

    This makes a mistyped e-mail address correctable. The pending code remains valid.
    """

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> None:
        return None


class SendCodeMixin(FormView):
    """Applies the rate limit of mails to the code that an allauth form sends to `email`."""

    # Allowance that the mail uses up (`throttle_mail`).
    allowance = "mail"

    def form_valid(self, form: Any) -> HttpResponse:
        # allauth answers a robot that filled in the honeypot as any other person, and sends nothing.
        sends = not form.cleaned_data.get(settings.ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD)
        try:
            email = form.cleaned_data["email"]
            browser = known_browser(self.request, email)
            throttle_mail(self.request, email, timezone.now(), what=self.allowance, sends=sends, browser=browser)
        except TooManyMails as refusal:
            form.add_error("email", str(refusal))
            return too_often(self.form_invalid(form), seconds=refusal.seconds)
        return super().form_valid(form)


class CheckCodeMixin(FormView):
    """Applies the rate limit of codes before a code is checked, and that of mails before another one is sent.

    allauth counts tries in the session, which parallel requests read before any of them writes it.
    """

    # Sign-in stage that allauth reads from the session, and action that it reads from the form.
    _process: Any
    _action: str
    allowance = "mail"

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        process, now = self._process, timezone.now()
        email = process.state["email"]
        if self._action == "resend":
            try:
                throttle_mail(request, email, now, what=self.allowance, browser=known_browser(request, email))
            except TooManyMails as refusal:
                messages.error(request, str(refusal))
                return redirect(with_next(request, request.path))
        else:
            attempt_key = f"{request.session.session_key} {process.state['at']}"
            if not allow("code.try", attempt_key, limit=process.max_attempts, seconds=process.timeout, now=now):
                messages.error(request, str(CodeExpired()))
                return redirect(with_next(request, reverse("account_login")))
            try:
                refuse_guesses(request, now)
            except TooManyTries as refusal:
                messages.error(request, str(refusal))
                return redirect(with_next(request, reverse("account_login")))
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        record_act(Act.WRONG_CODE, refused=True, about=self._process.user)
        count_wrong_code(self.request, timezone.now())
        return super().form_invalid(form)


class SignInView(RestartSignInMixin, allauth.LoginView):
    """Sign-in page with both methods: a code by e-mail first, then a password.

    This URL checks the password; the code form posts to `RequestCodeView`, which renders the same page.
    """

    form_class = PasswordForm
    template_name = "account/login.html"

    def form_invalid(self, form: PasswordForm) -> HttpResponse:
        response = super().form_invalid(form)
        for error in form.errors.as_data().get(NON_FIELD_ERRORS, []):
            if error.code == TOO_MANY_TRIES:
                response = too_often(response, seconds=error.params["seconds"])
        return response

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "password_form": context["form"], "code_form": RequestCodeForm()}


def wagtail_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirects to the sign-in page of the site, whose rate limits and codes then protect the admin and private pages.

    Wagtail redirects here when a page may not be read, even if the user is signed in. The sign-in page would redirect
    back in a loop: raises `PermissionDenied` then.
    """
    if "next" not in request.GET:
        return redirect("account_login")
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET["next"])


def reserved(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Shows that a page is private and what the account gives access to (403)."""
    links = account_links(request) if request.user.is_authenticated else []
    return render(request, "403.html", {"links": links}, status=403)


class RequestCodeView(SendCodeMixin, RestartSignInMixin, allauth.RequestLoginCodeView):
    """Sends a code to the address typed on the sign-in page."""

    allowance = SIGN_IN_CODES

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


class SignUpView(SendCodeMixin, RestartSignInMixin, allauth.SignupView):
    """Asks for an e-mail address and a name, and sends a code."""

    form_class = SignUpForm

    def get_initial(self) -> dict[str, Any]:
        """Fills in the unverified address given by the identity provider."""
        identity = Identity.waiting(self.request.session, timezone.now())
        return {**super().get_initial(), **({"email": identity.email} if identity else {})}

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        """Saves in one transaction: the number of writes must not reveal an existing account."""
        with transaction.atomic():
            return super().form_valid(form)


class ConfirmSignInCodeView(CheckCodeMixin, allauth.ConfirmLoginCodeView):
    """Asks for the sign-in code. An expired code redirects to the sign-in page with a message."""

    _process: Any = None
    allowance = SIGN_IN_CODES

    def get_form_kwargs(self) -> dict[str, Any]:
        """Sets the expected code of an address without an account, which allauth does not know."""
        kwargs = super().get_form_kwargs()
        if "code" in kwargs and self._process.user is None:
            kwargs["code"] = noted_code(self.request.session)
        return kwargs

    def form_valid(self, form: Any) -> HttpResponse:
        """Asks for a name after an address without an account was verified, or sends such an address another code."""
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
        redirect_urls = {reverse("account_request_login_code"), reverse("account_login")}
        return _back_to_sign_in(request, response, redirect_urls, code_was_lost=self._process is None)


class ConfirmSignUpCodeView(CheckCodeMixin, allauth.ConfirmEmailVerificationCodeView):
    """Asks for the code that verifies the address of a new account."""

    _process = None

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            # The page was submitted twice, or left open: the user is signed in.
            return redirect("accounts:home")
        response = super().dispatch(request, *args, **kwargs)
        return _back_to_sign_in(request, response, {reverse("account_login")}, code_was_lost=self._process is None)

    def form_valid(self, form: Any) -> HttpResponse:
        """Records the code as an authentication method, as allauth does for other codes."""
        response = super().form_valid(form)
        if self.request.user.is_authenticated:
            record_authentication(self.request, self.request.user, method="code")
        return response


def _back_to_sign_in(
    request: HttpRequest, response: HttpResponseBase, redirect_urls: set[str], *, code_was_lost: bool
) -> HttpResponseBase:
    """Keeps `next` when allauth redirects away from a code page; shows a message if the code has expired."""
    if not isinstance(response, HttpResponseRedirect) or response.url not in redirect_urls:
        return response
    if code_was_lost:
        messages.error(request, _("This code can no longer be used. Ask for a new one."))
    return redirect(with_next(request, reverse("account_login")))


def signed_out(request: HttpRequest) -> HttpResponse:
    """Confirms the sign-out."""
    return render(request, "accounts/signed_out.html")
