"""Form that asks organisers for the reason of a cancellation."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is cancelled"),
        max_length=200,
        help_text=_("Those who go read it, and everyone on the page of the survey. Example: It will storm."),
    )
