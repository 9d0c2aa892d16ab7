"""allauth's sign-in and sign-up forms with the labels, hints and errors of the site."""

from copy import copy
from secrets import token_hex

from allauth.account import forms as allauth
from allauth.account.fields import PasswordField
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User

WRITE_EMAIL = _("Write your e-mail address, for example odile@courriel.example")


def ask_for_email(field: forms.Field) -> None:
    """Sets the label, hint and errors of allauth's e-mail `field`."""
    field.label = _("Your e-mail address")
    field.error_messages.update({"required": WRITE_EMAIL, "invalid": WRITE_EMAIL})
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"})


def ask_for_code(field: forms.Field) -> None:
    """Sets the label of allauth's code `field`, and the attributes with which phones offer the code of the mail."""
    field.label = _("Code received by e-mail")
    field.help_text = _("Six figures. You can paste them.")
    field.error_messages["required"] = _("Write the six figures of the code that you received by e-mail.")
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"})


class RequestCodeForm(allauth.RequestLoginCodeForm):
    """E-mail address that receives a sign-in code."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_email(self.fields["email"])

    def clean_email(self) -> str:
        """Accepts an account that is being deleted: its owner may cancel the deletion after entering the code."""
        email: str = super().clean_email()
        if self.user is None:
            self._user: User | None = User.objects.leaving().filter(email=email.strip().lower()).first()
        return email

    @property
    def user(self) -> User | None:
        """Account that the code opens, once the form is valid; None for an unknown e-mail address."""
        return getattr(self, "_user", None)


class PasswordForm(allauth.LoginForm):
    """Sign-in with a password, for editors who have one."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_email(self.fields["login"])
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].label = _("Your password")
        self.fields["password"].error_messages["required"] = _("Write your password, or ask for a code.")
        self.fields["password"].widget.attrs.pop("placeholder", None)

    def _setup_password_field(self) -> None:
        """Restores the password field, which allauth removes if sign-up has no password."""
        self.fields["password"] = PasswordField(label=_("Your password"), autocomplete="current-password")


class SignUpForm(allauth.SignupForm):
    """Sign-up with an e-mail address and a name. `website` is a hidden honeypot for robots."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_email(self.fields["email"])
        self.fields["email"].help_text = _("We send you a code. There is no password to remember.")
        honeypot = self.fields["website"]
        honeypot.label = _("Leave this field empty")
        # allauth hides it with an inline style, which the CSP refuses: the template hides it with a class.
        honeypot.widget.attrs = {"tabindex": "-1", "autocomplete": "off"}

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Saves an account. For a known address, saves a stand-in and rolls it back: both cases take the same time."""
        if self.account_already_exists:
            stand_in = copy(self)
            stand_in.account_already_exists = False
            stand_in.cleaned_data = {**self.cleaned_data, "email": f"{token_hex(12)}@courriel.invalid"}
            with transaction.atomic():
                stand_in.save(request)
                transaction.set_rollback(True)
        return super().try_save(request)


class ConfirmSignInCodeForm(allauth.ConfirmLoginCodeForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_code(self.fields["code"])


class ConfirmSignUpCodeForm(allauth.ConfirmEmailVerificationCodeForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_code(self.fields["code"])
