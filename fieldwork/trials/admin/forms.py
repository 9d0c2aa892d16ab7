"""Forms of the decisions about findings, for the team and the city."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from accounts.models import User
from common.choosers import number_of
from common.forms import IdempotentForm
from fieldwork import permissions
from fieldwork.errors import FindingReasonMissing, OriginalMissing, VersionMissing
from fieldwork.models import Finding, Retest


def words(label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    """Returns a text field for a few sentences."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": FindingReasonMissing.message},
    )


class NoteForm(forms.Form):
    reason = words(_("What to say about it (optional)"), _("Everybody can read this. Whoever reported it gets it."))


class ReasonForm(forms.Form):
    reason = words(_("Your reason"), _("Whoever reported it receives this text by e-mail."), required=True)


class RefusalForm(forms.Form):
    reason = words(
        _("Why it will not be fixed"),
        _("Everybody can read this. Say what people can do meanwhile."),
        required=True,
    )


class MergeForm(ReasonForm):
    """Marks a finding as a duplicate of another one, given by its number."""

    original = forms.CharField(
        label=_("Number of the finding that goes on"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": OriginalMissing.message},
    )
    reason = words(_("What to say about it (optional)"), _("Whoever reported it receives this text by e-mail."))
    field_order = ("original", "reason")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_original(self) -> Finding:
        pk = number_of(self.cleaned_data["original"].removeprefix("n°").strip())
        original = permissions.readable_findings(self.user).exclude(state__in=Finding.LEFT_STATES).filter(pk=pk).first()
        if original is None:
            raise ValidationError(OriginalMissing.message)
        return original


class FixedForm(forms.Form):
    """Version of the repair, and the person who made it if another: neither can verify it."""

    fixed_in = forms.CharField(
        label=_("Fixed in which version, or since which day"),
        help_text=_("Example: version 4.3, or 12 March 2026."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": VersionMissing.message},
    )
    fixed_by = forms.EmailField(
        label=_("E-mail of who repaired it, if it is not you (optional)"),
        help_text=_("If this person has an account here, it cannot be used to verify the repair."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    reason = words(_("What was done (optional)"), _("Everybody can read this. Write no name."))

    def clean_fixed_by(self) -> User | None:
        """Returns the account with this address, or None, without revealing whether there is one."""
        email = self.cleaned_data["fixed_by"]
        return User.objects.filter(email__iexact=email).first() if email else None


class RemindForm(forms.Form):
    message = words(_("A few words for the service (optional)"))


class RetestForm(IdempotentForm):
    """New trial by a member of the team."""

    outcome = forms.ChoiceField(
        label=_("How it went"),
        choices=Retest.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it works now.")},
    )
    tested_on = forms.DateField(label=_("Tested on"), initial=timezone.localdate, widget=AdminDateInput)
    version = forms.CharField(label=_("Version (optional)"), max_length=60, required=False)
    note = forms.CharField(
        label=_("A few words for the team (optional)"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
