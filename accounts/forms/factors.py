"""allauth's forms of second factors in the site's words, with our limits."""

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
    """Gives allauth's code `field` our label, and what telephones need to offer the code."""
    field.label = _("Code of your application")
    field.help_text = _("Six figures. They change every thirty seconds.")
    field.error_messages["required"] = _("Write the six figures that the application shows.")
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"})


def ask_for_name(field: forms.Field) -> None:
    """Gives allauth's `field` of the name of a passkey our label and limit."""
    field.label = _("Name of this passkey")
    field.help_text = _("You alone see it. For example: my telephone.")
    field.error_messages["required"] = _("Write a name, for example: my telephone.")
    field.validators.append(MaxLengthValidator(NAME_LENGTH))
    field.widget.attrs["maxlength"] = NAME_LENGTH


class FactorCodeForm(AuthenticateForm):
    """A code of the application, or a recovery code: a try is counted before it is looked at, and each opens once."""

    # The account that proves a factor, and the factor that was right.
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
    """The first code of an application, which shows that it has the secret."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_factor_code(self.fields["code"])

    def clean_code(self) -> str:
        code: str = super().clean_code()
        # It opens nothing afterwards.
        use_once(self.user, code, timezone.now())
        return code

    @property
    def secret_in_groups(self) -> str:
        """The secret as a person copies it: in groups of four."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


class AddPasskeyForm(AddWebAuthnForm):
    """The name of a new passkey. Whether it may sign in alone is the matter of the device, not a question."""

    passwordless = None

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_name(self.fields["name"])


class RenamePasskeyForm(EditWebAuthnForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_name(self.fields["name"])
