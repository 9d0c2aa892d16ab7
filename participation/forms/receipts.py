"""Form that attaches a text entered by an agent to its author's account."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AttachForm(forms.Form):
    """Number and code of a receipt."""

    number = forms.IntegerField(
        label=_("Number of the receipt"),
        min_value=1,
        max_value=2**31 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Write the number of your receipt."),
            "invalid": _("Write the number of your receipt, for example 12."),
            "min_value": _("Write the number of your receipt, for example 12."),
            "max_value": _("Write the number of your receipt, for example 12."),
        },
    )
    code = forms.CharField(
        label=_("Code of the receipt"),
        help_text=_("Ten letters and figures. Example: ABCDE-FGH23"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Write the code of your receipt.")},
    )
