"""Forms of residents: trial with findings, new trial, filters of the findings."""

import hashlib
import json
import uuid
from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.filters import ListFilters
from common.forms import IdempotentForm, SpamGuardMixin
from common.plain_text import PlainTextField
from fieldwork.models import DraftPicture, Finding, Retest, Trial
from fieldwork.models.trials import MAX_MINUTES
from fieldwork.trials.queries.campaigns import Results
from fieldwork.trials.services.reports import MAX_FINDINGS

MINUTES = _("Write a number of minutes from 1 to 600.")


class TrialForm(SpamGuardMixin, IdempotentForm):
    """Result of a trial."""

    outcome = forms.ChoiceField(
        label=_("Did you reach the end?"),
        choices=[
            (Trial.Outcome.ALONE, _("Yes, alone")),
            (Trial.Outcome.WITH_HELP, _("Yes, somebody helped me")),
            (Trial.Outcome.GAVE_UP, _("No, I gave up")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you reached the end.")},
    )
    ease = forms.TypedChoiceField(
        label=_("Was it easy? (optional)"),
        choices=[
            ("5", _("Very easy")),
            ("4", _("Rather easy")),
            ("3", _("In between")),
            ("2", _("Rather hard")),
            ("1", _("Very hard")),
        ],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    device = forms.ChoiceField(
        label=_("With which device?"),
        choices=Trial.Device.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the device that you used.")},
    )
    minutes = forms.IntegerField(
        label=_("How many minutes did it take? (optional)"),
        min_value=1,
        max_value=MAX_MINUTES,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": MINUTES, "min_value": MINUTES, "max_value": MINUTES},
    )
    browser = PlainTextField(
        label=_("With which browser? (optional)"),
        help_text=_("For example Firefox, Chrome or Safari."),
        limit=60,
        required=False,
    )
    assistive_technology = forms.ChoiceField(
        label=_("Do you use one of these helps? (optional)"),
        help_text=_(
            "This is health data: say it only if you wish. The team reads it to understand what you found. "
            "The site shows counts only, and only from five people on."
        ),
        choices=[("", _("I do not say, or none")), *Trial.Assistive.choices],
        required=False,
    )
    shows_assistive_technology = forms.BooleanField(
        label=_("The pages of my findings may say which help I use."), required=False
    )


class FindingForm(forms.Form):
    """One finding; ignored if empty."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    picture_key = forms.CharField(widget=forms.HiddenInput, required=False)
    what_happened = PlainTextField(
        label=_("What happened?"),
        help_text=_("What you saw or heard. Write no name, no password, no number of a file."),
        limit=2_000,
        rows=4,
        error_messages={"required": _("Write what happened.")},
    )
    expected = PlainTextField(label=_("What did you expect? (optional)"), limit=1_000, rows=2, required=False)
    severity = forms.ChoiceField(
        label=_("How much does it hinder?"),
        choices=[
            (Finding.Severity.BLOCKS, _("It blocks: one cannot go on")),
            (Finding.Severity.SLOWS, _("It slows down: one loses time")),
            (Finding.Severity.ANNOYS, _("It annoys: one goes on")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how much it hinders.")},
    )
    picture = forms.FileField(
        label=_("A picture (optional)"),
        help_text=_(
            "JPEG, PNG or WebP, 8 MB at most. We remove the place and the device. "
            "Hide names and numbers before you add it: everybody can see it."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp"}),
    )
    picture_description = PlainTextField(
        label=_("What does the picture show?"),
        help_text=_("For people who cannot see it. Example: The page of the town hall, without Saturday."),
        limit=255,
        rows=2,
        required=False,
    )
    is_sensitive = forms.BooleanField(
        label=_("This finding is about security"),
        help_text=_(
            "Tick this if, for example, you saw the data of somebody else. "
            "Such a finding is never shown here: only we and the city read it."
        ),
        required=False,
    )

    # Fields that make a finding non-empty.
    WRITTEN = ("what_happened", "expected", "severity", "picture_key", "picture_description", "is_sensitive")

    def __init__(self, *args: Any, pictures: dict[str, DraftPicture] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved_picture = (pictures or {}).get(self["picture_key"].value() or "")

    @property
    def is_blank(self) -> bool:
        return not any(self[name].value() for name in self.WRITTEN)

    def clean_picture_description(self) -> str:
        described: str = self.cleaned_data["picture_description"]
        if self.saved_picture and not described:
            raise ValidationError(_("Write what the picture shows."))
        return described


class TrialPageInput:
    """Raw, unvalidated input of the page of a trial, from a request or a draft."""

    TRIAL = ("outcome", "ease", "device", "minutes", "browser", "assistive_technology", "shows_assistive_technology")
    FINDING = ("key", *FindingForm.WRITTEN)

    def __init__(self, trial: dict[str, str], findings: list[dict[str, str]]) -> None:
        self.trial = trial
        self.findings = findings or [self.new_finding()]

    @classmethod
    def of_draft(cls, data: dict[str, Any]) -> "TrialPageInput":
        return cls(data.get("trial", {}), list(data.get("findings", [])))

    @classmethod
    def of_post(cls, data: QueryDict) -> "TrialPageInput":
        """Reads the POST data, up to the maximum number of findings."""
        trial = {name: data.get(name, "") for name in cls.TRIAL}
        findings = [
            {name: data.get(f"{prefix(rank)}-{name}", "") for name in cls.FINDING}
            for rank in range(MAX_FINDINGS)
            if f"{prefix(rank)}-key" in data
        ]
        return cls(trial, findings)

    @staticmethod
    def new_finding() -> dict[str, str]:
        return {"key": uuid.uuid4().hex}

    @property
    def has_room(self) -> bool:
        return len(self.findings) < MAX_FINDINGS

    def as_dict(self) -> dict[str, Any]:
        return {"trial": self.trial, "findings": self.findings}

    def content(self, *, without: Collection[str] = ("key",)) -> list[dict[str, str]]:
        """Returns the answers, then the findings that are not empty, without these fields of them."""
        findings = [{name: text for name, text in one.items() if name not in without} for one in self.findings]
        return [self.trial, *(finding for finding in findings if any(finding.values()))]

    @property
    def version(self) -> str:
        """Hash of the content, to detect changes since a page was shown."""
        return hashlib.sha256(json.dumps(self.content(), sort_keys=True).encode()).hexdigest()[:16]

    def finding(self, key: str) -> dict[str, str] | None:
        return next((finding for finding in self.findings if finding["key"] == key), None)


def prefix(rank: int) -> str:
    """Returns the form prefix of the finding at index `rank`."""
    return f"constat-{rank + 1}"


class RetestForm(SpamGuardMixin, IdempotentForm):
    """New trial of one finding."""

    outcome = forms.ChoiceField(
        label=_("Does it work now?"),
        choices=[(Retest.Outcome.WORKS, _("Yes, it works now")), (Retest.Outcome.STILL_THERE, _("No, it still fails"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it works now.")},
    )
    version = PlainTextField(
        label=_("Which version? (optional)"),
        help_text=_("If the service says one, often at the bottom of its pages."),
        limit=60,
        required=False,
    )
    note = PlainTextField(
        label=_("A few words (optional)"),
        help_text=_("Only the team reads them. The page shows the outcome, the day and the version."),
        limit=1_000,
        rows=3,
        required=False,
    )


class FindingFilters(ListFilters):
    """Filters of the findings of a campaign."""

    etat = forms.ChoiceField(label=pgettext_lazy("finding", "State"), required=False)
    gravite = forms.ChoiceField(label=_("Severity"), required=False)

    @classmethod
    def of(cls, results: Results, data: QueryDict) -> "FindingFilters":
        """Returns the form bound to `data`, with the states and severities of `results` as choices."""
        states = [one for one in Finding.State.choices if results.states.get(one[0])]
        severities = [one for one in Finding.Severity.choices if one[0] in results.severities]
        choices = {
            "etat": [("", _("All states")), *states],
            "gravite": [("", _("All severities")), *severities],
        }
        return cls(data, choices)

    def lookup(self, name: str, value: str) -> Q:
        return Q(state=value) if name == "etat" else Q(severity=value)
