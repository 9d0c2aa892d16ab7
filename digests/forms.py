"""What is asked of a reader."""

from django import forms
from django.utils.translation import gettext_lazy as _

from digests.models import Frequency

OFFERED = [(Frequency.MONTHLY, Frequency.MONTHLY.label), (Frequency.WEEKLY, Frequency.WEEKLY.label)]
NEVER = "never"


class FrequencyForm(forms.Form):
    """For a signed-in person who subscribes: the address is known."""

    frequency = forms.ChoiceField(
        label=_("How often?"),
        choices=OFFERED,
        initial=Frequency.MONTHLY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often you want the letter.")},
    )


class SubscriptionForm(FrequencyForm):
    """For anyone: the address has to be confirmed by mail."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We write to it once to make sure that it is yours."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your e-mail address, for example odile@courriel.example."),
            "invalid": _("Write your e-mail address with an @, for example odile@courriel.example."),
        },
    )
    field_order = ["email", "frequency"]


class PreferencesForm(forms.Form):
    """How many mails a person wants."""

    frequency = forms.ChoiceField(
        label=_("How many e-mails do you want?"),
        choices=[*OFFERED, (NEVER, _("None"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how many e-mails you want.")},
    )
