"""What is asked when an account is made."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User, validate_public_name


class PublicNameForm(forms.Form):
    """The part of allauth's sign-up form that is ours: the name that others see."""

    public_name = forms.CharField(
        label=_("Name shown with what you write"),
        help_text=_("For example: Odile M. Your e-mail address is never shown."),
        max_length=60,
        validators=[validate_public_name],
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        user.public_name = self.cleaned_data["public_name"]
        user.save(update_fields=["public_name"])
