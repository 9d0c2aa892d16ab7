"""allauth's second-factor forms with the texts and rate limits of the site."""

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.factors import allow_try, forgive_tries, use_once

NAME_LENGTH = 60


def ask_for_factor_code(field: forms.Field) -> None:
    """Sets the label of allauth's code `field`, and the attributes with which phones offer the code."""
    field.label = _("Code of your application")
    field.help_text = _("Six figures. They change every thirty seconds.")
    field.error_messages["required"] = _("Write the six figures that the application shows.")
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"})


def ask_for_name(field: forms.Field) -> None:
    """Sets the label and the maximum length of allauth's `field` for the name of a passkey."""
    field.label = _("Name of this passkey")
    field.help_text = _("You alone see it. For example: my telephone.")
    field.error_messages["required"] = _("Write a name, for example: my telephone.")
    field.validators.append(MaxLengthValidator(NAME_LENGTH))
    field.widget.attrs["maxlength"] = NAME_LENGTH


class FactorCodeForm(AuthenticateForm):
    """Code of an authenticator application or recovery code. Tries are counted before the check; a code works once."""

    # The account that proves a factor, and the factor that matched.
    user: User
    authenticator: Authenticator

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_factor_code(self.fields["code"])
        self.fields["code"].help_text = _("Six figures, or one of your recovery codes.")

    def clean_code(self) -> str:
        now = timezone.now()
        if not allow_try(self.user, now):
            raise forms.ValidationError(
                _("There were too many tries. Wait a quarter of an hour, then write the code again.")
            )
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and not use_once(self.user, code, now):
            raise forms.ValidationError(_("This code was used already. Wait for the next one."))
        forgive_tries(self.user)
        return code


class AddApplicationForm(ActivateTOTPForm):
    """First code of a new authenticator application, which proves that it has the secret."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_factor_code(self.fields["code"])

    def clean_code(self) -> str:
        code: str = super().clean_code()
        # Marks the code as used: it cannot sign in afterwards.
        use_once(self.user, code, timezone.now())
        return code

    @property
    def secret_in_groups(self) -> str:
        """Secret in groups of four characters, for copying by hand."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


class AddPasskeyForm(AddWebAuthnForm):
    """Name of a new passkey. Whether it can sign in alone is a property of the device, so there is no field for it."""

    passwordless = None

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_name(self.fields["name"])


class RenamePasskeyForm(EditWebAuthnForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_name(self.fields["name"])
