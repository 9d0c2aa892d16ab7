"""Profile forms: the public name, asked at sign-up and changed later; the commune.

allauth's sign-up form inherits from `PublicNameForm` when it is imported: this module must not import allauth's forms
(see `accounts.forms.sign_in`).
"""

import unicodedata
from typing import cast

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User, validate_written_name
from common.communes import COMMUNES

PUBLIC_NAME_REQUIRED = _("Write the name that you want to show, for example: Odile M.")


class PublicNameForm(forms.Form):
    """Our part of allauth's sign-up form: the public name."""

    public_name = forms.CharField(
        label=_("Name shown with what you write"),
        help_text=_("For example: Odile M. Your e-mail address is never shown."),
        max_length=60,
        validators=[validate_written_name],
        error_messages={
            "required": PUBLIC_NAME_REQUIRED,
            "max_length": _("Shorten this name to 60 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )

    def __init__(self, *args, user: User | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user or User()

    def clean_public_name(self) -> str:
        """Checks the new name with the rule of the model; an exception granted to the former name no longer applies."""
        name = unicodedata.normalize("NFC", self.cleaned_data["public_name"])
        if name != self.user.public_name:
            User(pk=self.user.pk, public_name=name).check_public_name()
        return name

    def signup(self, request: HttpRequest, user: User) -> None:
        user.public_name = self.cleaned_data["public_name"]
        user.save(update_fields=["public_name"])


class CommuneForm(forms.ModelForm):
    """Commune of a user, optional: some polls are for residents."""

    class Meta:
        model = User
        fields = ("commune",)
        help_texts = {
            "commune": _(
                "It is used for two things: polls for residents, and figures that name nobody. It is never shown."
            )
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].label = _("Your commune")
        cast(forms.ChoiceField, self.fields["commune"]).choices = [("", _("I prefer not to say")), *COMMUNES.items()]


class ChangePublicNameForm(PublicNameForm):
    """Change of the public name of an existing account."""

    def save(self, *, user: User) -> User:
        name = self.cleaned_data["public_name"]
        user.public_name_allowed = user.public_name_allowed and name == user.public_name
        user.public_name = name
        user.save(update_fields=["public_name", "public_name_allowed"])
        return user
