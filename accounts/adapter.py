"""allauth adapters: our messages, mail URLs that do not depend on the request, encrypted second-factor secrets."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import TOO_MANY_TRIES
from accounts.models import User
from accounts.services import factors
from accounts.services.browsers import known_browser, remember_browser
from accounts.services.deletion import come_back, is_returning, note_proof
from accounts.services.newcomers import UNKNOWN_ACCOUNT, note_code
from accounts.services.providers import sign_out_url
from common.errors import TooManyTries
from common.limits import forgive_passwords, throttle_password
from common.urls import absolute_url


class AccountAdapter(DefaultAccountAdapter):
    """Account adapter. Sign-up is open to everybody."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This code is not the right one. Copy the code of the latest e-mail that you received."),
        "email_password_mismatch": _(
            "This e-mail address and this password do not go together. Check both, or ask for a code."
        ),
        "enter_current_password": _("This is not your password. Check that no capital letters are locked."),
        "rate_limited": _("A code was sent a moment ago. Wait ten seconds, then ask for a new one."),
    }

    def send_code_to_newcomer(self, request: HttpRequest, email: str) -> None:
        """Sends a new code to an address without an account, as allauth does for addresses that have one."""
        self.send_mail(UNKNOWN_ACCOUNT, email, {"request": request})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends a mail of `templates/account/email/`, with URLs built from `BASE_URL`.

        The Host header is not used, so a forged request cannot put a link to another site in the mail. An address
        without an account also receives a code (`accounts.views.newcomers`), so that the response does not reveal
        whether it has one.
        """
        if template_prefix == UNKNOWN_ACCOUNT and "code" not in context:
            context = {**context, "code": self.generate_login_code()}
            note_code(session=context["request"].session, code=context["code"])
        urls = {
            "sign_in_url": absolute_url(reverse("account_login")),
            "signup_url": absolute_url(reverse("account_signup")),
        }
        super().send_mail(template_prefix, email, {**context, **urls})

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Sets `mail_kind`, and `mail_life` on mails with a code: the outbox does not send an expired code."""
        message = super().render_mail(template_prefix, email, context, headers)
        message.mail_kind = f"account.{template_prefix.rpartition('/')[2]}"  # type: ignore[attr-defined]
        if "code" in context:
            life = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
            message.mail_life = life  # type: ignore[attr-defined]
        return message

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """Sends the code that verifies an e-mail address.

        allauth treats every account that never signed in as new. An account created in the admin is not new: it has a
        usable password, which sign-up never sets.
        """
        is_new = signup and not emailconfirmation.email_address.user.has_usable_password()
        super().send_confirmation_mail(request, emailconfirmation, is_new)

    def post_login(self, request: HttpRequest, user: Any, *, signup: bool, **kwargs: Any) -> HttpResponse:
        """Sets `user.is_new`, which `messages/logged_in.txt` reads to choose the greeting; remembers the browser."""
        user.is_new = signup
        response = super().post_login(request, user, signup=signup, **kwargs)
        remember_browser(response, user)
        return response

    def send_account_already_exists_mail(self, email: str) -> None:
        """Answers a sign-up with a known address: a code is enough, where allauth's own mail offers a new password."""
        self.send_mail("account/email/account_already_exists", email, {})

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts the attempt in the rate limit table. allauth counts in the cache, which a flood can empty."""
        email = credentials.get("email", "")
        try:
            throttle_password(request, email, timezone.now(), browser=known_browser(request, email))
        except TooManyTries as refusal:
            raise ValidationError(str(refusal), code=TOO_MANY_TRIES, params={"seconds": refusal.seconds}) from refusal

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Returns the user with these credentials, or None; a success resets the rate limit of passwords."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            forgive_passwords(request, credentials.get("email", ""))
        return user

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Refuses inactive accounts, except the account whose owner is cancelling its deletion."""
        if isinstance(user, User) and is_returning(session=request.session, user=user, now=timezone.now()):
            return None
        return super().pre_login(request, user, **kwargs)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Signs the user in after the last step; first reopens an account whose owner is cancelling its deletion."""
        if isinstance(user, User) and is_returning(session=request.session, user=user, now=timezone.now()):
            come_back(user=user)
            user.refresh_from_db()
            messages.success(request, gettext("Welcome back. Your account is as you left it."))
        super().login(request, user)
        # A session that kept a form would end after an hour (`accounts.middleware`).
        request.session.set_expiry(None)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Redirects the owner of an account that is being deleted to the page that cancels the deletion."""
        if isinstance(user, User) and user.is_leaving:
            note_proof(session=request.session, user=user, now=timezone.now())
            return redirect("accounts:come_back")
        return super().respond_user_inactive(request, user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return sign_out_url(request.session) or reverse("accounts:signed_out")


class FactorAdapter(DefaultMFAAdapter):
    """MFA adapter: the site name shown by authenticator applications, and encryption of secrets in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This proof is not the right one. Wait for the next code of the application, or try again."
        ),
        "unverified_email": _("Confirm your e-mail address first, then come back here."),
        "unreadable": _("The site cannot read this factor any more. Contact the committee, who will take it away."),
    }

    def get_totp_issuer(self) -> str:
        return settings.WAGTAIL_SITE_NAME

    def _get_site_name(self) -> str:
        return settings.WAGTAIL_SITE_NAME

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}

    def encrypt(self, text: str) -> str:
        return factors.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypts the output of `encrypt`. Raises a validation error if its secret key has been lost."""
        try:
            return factors.decrypt(encrypted_text)
        except InvalidToken as error:
            raise self.validation_error("unreadable") from error
