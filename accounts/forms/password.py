"""allauth's password forms with the texts of the site."""

from typing import TYPE_CHECKING

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HINT = _("At least 12 characters. A sentence that only you know is easy to remember. Common passwords are refused.")


def ask_for_password(field: forms.Field, label: "StrOrPromise", missing: "StrOrPromise") -> None:
    """Sets the label and the error of allauth's password `field`, and drops its placeholder."""
    field.label = label
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)


class _NewPassword:
    """Mixin with the two fields of a new password."""

    fields: dict[str, forms.Field]

    def ask(self) -> None:
        ask_for_password(self.fields["password1"], _("New password"), _("Write the new password."))
        self.fields["password1"].help_text = HINT
        ask_for_password(
            self.fields["password2"], _("The new password again"), _("Write the new password a second time.")
        )


class SetPasswordForm(_NewPassword, allauth.SetPasswordForm):
    """First password of an account that was opened with a code."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].user = self.user  # type: ignore[attr-defined]
        self.ask()


class ChangePasswordForm(_NewPassword, allauth.ChangePasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.ask()
        ask_for_password(
            self.fields["oldpassword"],
            _("Your password until now"),
            _("Write the password that you have until now."),
        )
        self.fields["oldpassword"].help_text = ""
