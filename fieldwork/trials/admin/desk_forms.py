"""Form for agents who enter a trial from a paper sheet, in the order of its questions."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from common.forms import IdempotentForm, OriginField
from common.origins import Origin
from fieldwork.models import CampaignPage, Finding, Scenario, Trial
from fieldwork.models.trials import EASE_MAX, EASE_MIN, MAX_MINUTES
from fieldwork.trials.services.reports import FindingInput, TrialInput

# Number of findings that fit on a sheet.
SHEET_FINDINGS = 3
NOT_SAID = ("", _("Not said"))


class ScenarioChoice(forms.ModelChoiceField):
    """Choice of a scenario whose sheets may be entered, labelled with its campaign."""

    def label_from_instance(self, obj: Scenario) -> str:
        return f"{obj.campaign.title} · {obj.goal}"


class TrialEntryForm(IdempotentForm):
    scenario = ScenarioChoice(
        label=_("Scenario"),
        queryset=Scenario.objects.none(),
        error_messages={"required": _("Choose the scenario of the sheet.")},
    )
    tried_on = forms.DateField(
        label=_("Tried on"), widget=AdminDateInput, error_messages={"required": _("Write the day of the sheet.")}
    )
    origin = OriginField(initial=Origin.PAPER)
    outcome = forms.ChoiceField(
        label=_("How it went"),
        choices=Trial.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it went.")},
    )
    device = forms.ChoiceField(label=_("Device"), choices=Trial.Device.choices)
    browser = forms.CharField(label=_("Browser (optional)"), max_length=60, required=False)
    assistive_technology = forms.ChoiceField(
        label=_("Assistive technology (optional)"),
        help_text=_("Only if the person wrote it: this is health data."),
        choices=[NOT_SAID, *Trial.Assistive.choices],
        required=False,
    )
    minutes = forms.IntegerField(label=_("Minutes (optional)"), min_value=1, max_value=MAX_MINUTES, required=False)
    ease = forms.TypedChoiceField(
        label=_("Ease, from 1 (very hard) to 5 (very easy)"),
        choices=[NOT_SAID, *((number, str(number)) for number in range(EASE_MIN, EASE_MAX + 1))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    comment = forms.CharField(
        label=_("A few words for the team (optional)"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    TRIED = ("device", "outcome", "browser", "assistive_technology", "minutes", "ease", "comment")

    def __init__(self, *args: Any, campaigns: Iterable[CampaignPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scenarios = Scenario.objects.filter(campaign__in=[campaign.pk for campaign in campaigns])
        self.fields["scenario"].queryset = scenarios.select_related("campaign").order_by(  # type: ignore[attr-defined]
            "-campaign__ends_on", "campaign", "sort_order"
        )
        self.fields["scenario"].widget.attrs["autofocus"] = True

    @property
    def tried(self) -> TrialInput:
        return TrialInput(**{name: self.cleaned_data[name] for name in self.TRIED})

    @property
    def next_sheet_query(self) -> dict[str, Any]:
        """Returns the values common to the next sheet of the pile."""
        values = self.cleaned_data
        return {
            "scenario": values["scenario"].pk,
            "tried_on": values["tried_on"].isoformat(),
            "origin": values["origin"].value,
        }


class FindingEntryForm(forms.Form):
    """Finding of the sheet; ignored if empty."""

    what_happened = forms.CharField(
        label=_("What happened"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    expected = forms.CharField(
        label=_("What was expected (optional)"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=[NOT_SAID, *Finding.Severity.choices], required=False)
    is_sensitive = forms.BooleanField(
        label=_("Sensitive: a hole in the security, or data of other people"), required=False
    )
    shows_assistive_technology = forms.BooleanField(
        label=_("The person agreed that the page says which assistive technology was used"), required=False
    )

    # Fields that say nothing without what happened.
    NEED_TEXT = ("expected", "severity", "is_sensitive", "shows_assistive_technology")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("what_happened") and not cleaned.get("severity"):
            self.add_error("severity", _("Say how much it hinders."))
        if cleaned.get("what_happened") == "" and any(cleaned.get(name) for name in self.NEED_TEXT):
            self.add_error("what_happened", _("Write what happened."))
        return cleaned

    @property
    def finding_input(self) -> FindingInput | None:
        return FindingInput(**self.cleaned_data) if self.cleaned_data.get("what_happened") else None


FindingEntryFormSet = forms.formset_factory(FindingEntryForm, extra=SHEET_FINDINGS, max_num=SHEET_FINDINGS)
