"""allauth's forms of the password in the site's words."""

from typing import TYPE_CHECKING

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HINT = _("At least 12 characters. A sentence that only you know is easy to remember. Common passwords are refused.")


def ask_for_password(field: forms.Field, label: "StrOrPromise", missing: "StrOrPromise") -> None:
    """Gives a password `field` of allauth our label and error; the label is not in the field."""
    field.label = label
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)


class _NewPassword:
    """Mixin: the two fields in which a new password is written."""

    fields: dict[str, forms.Field]

    def ask(self) -> None:
        ask_for_password(self.fields["password1"], _("New password"), _("Write the new password."))
        self.fields["password1"].help_text = HINT
        ask_for_password(
            self.fields["password2"], _("The new password again"), _("Write the new password a second time.")
        )


class SetPasswordForm(_NewPassword, allauth.SetPasswordForm):
    """The first password of an account, which was opened by a code."""

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
