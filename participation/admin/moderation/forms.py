"""Forms of moderation: the reason of a refusal, and of its confirmation."""

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from participation.errors import DismissalReasonMissing
from participation.models import SENTENCES, Ground


class RefusalForm(forms.Form):
    """The reason is sent to the author unchanged, and logged.

    `seen` is the reason for which the mails were previewed: after a change the preview is shown again.
    """

    ground = forms.ChoiceField(label=_("Reason"), choices=Ground.choices, widget=forms.RadioSelect)
    details = forms.CharField(
        label=_("More about the reason (optional)"),
        help_text=_("The author receives this text by e-mail. Say what could be changed."),
        required=False,
        max_length=1_500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("ground") == Ground.OTHER and not cleaned.get("details", "").strip():
            self.add_error("details", _("Write the reason: the author will read it."))
        return cleaned

    @property
    def reason(self) -> str:
        """Text of the reason for the author."""
        sentence = SENTENCES.get(Ground(self.cleaned_data["ground"]))
        return "\n\n".join(str(part) for part in (sentence, self.cleaned_data["details"].strip()) if part)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.reason.encode()).hexdigest()

    @property
    def was_previewed(self) -> bool:
        return self.cleaned_data["seen"] == self.fingerprint


class DismissalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why does the text stay?"),
        help_text=_("For the team: the reason stays with the report. Who reported the text only reads that it stays."),
        max_length=1_500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": DismissalReasonMissing.message},
    )


class UpholdForm(forms.Form):
    reason = forms.CharField(
        label=_("Your reason"),
        help_text=_("Answer what the author says. The author receives this text by e-mail."),
        max_length=1_500,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write the reason: the author will read it.")},
    )
