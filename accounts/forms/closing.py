"""Forms with which an administrator closes, erases or reopens accounts."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User

MISSING = _("Write the reason: the person reads it in the e-mail.")


class ReasonForm(forms.Form):
    """Reason that the person reads."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The person reads it in the e-mail."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": MISSING},
    )


class CloseAccountForm(ReasonForm):
    """Choice of what becomes of an account: only what its state permits, and first what can be undone at any time."""

    CLOSE, ERASE, REOPEN = "close", "erase", "reopen"
    LABELS = {
        CLOSE: _("Close it: the person can no longer sign in or receive e-mails. You can reopen it at any time."),
        ERASE: _("Erase it in seven days. Until then, the person can come back, and you can reopen it."),
        REOPEN: _("Reopen it: the person signs in as before, and nothing is erased. An e-mail says so."),
    }

    act = forms.ChoiceField(label=_("What you decide"), widget=forms.RadioSelect)

    field_order = ("act", "reason")

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if account.is_active:
            acts = [self.CLOSE, self.ERASE]
        else:
            acts = [self.REOPEN] if account.is_leaving else [self.REOPEN, self.ERASE]
        choice = cast(forms.ChoiceField, self.fields["act"])
        choice.choices, choice.initial = [(act, self.LABELS[act]) for act in acts], acts[0]
        self.fields["reason"].required = False
        if acts == [self.REOPEN]:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("act") in (self.CLOSE, self.ERASE) and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", MISSING)
        return cleaned
