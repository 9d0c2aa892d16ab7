"""Form to remove the words of a decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.plain_text import PlainTextField


class RedactionForm(forms.Form):
    reason = PlainTextField(
        label=_("Why are these words removed?"),
        help_text=_("Everybody reads it, for ever. Name nobody. Example: request of a person who is named."),
        limit=300,
        rows=3,
        error_messages={"required": _("Say why, without naming anybody.")},
    )
    also = PlainTextField(
        label=_("Also remove from these minutes (optional)"),
        help_text=_("A name that stands elsewhere in the text, word for word. Nothing keeps what you write here."),
        limit=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
