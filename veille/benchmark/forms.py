"""Forms of the comparison in the admin: an observation, a criterion, a file of observations."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from common.admin import PublishedForm, SluggedForm
from common.tables import FileRefused, refuse_workbook, text_of
from veille.benchmark.services import ObservationInput, prepare, record
from veille.models import Observation

MAX_BYTES = 2_000_000


class ObservationForm(WagtailAdminModelForm):
    """Form of one observation. Editing a published one records a correction: a new row, with a reason."""

    value = forms.CharField(
        label=_("What was found"),
        max_length=200,
        help_text=_("By the kind of the criterion: yes, partly or no; a number such as 33,2; a few words."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["value"].initial = self.instance.written
            self.fields["city"].disabled = self.fields["criterion"].disabled = True
            if self.instance.published_at and not self.is_bound:
                self.initial["reason"] = ""

    def _post_clean(self) -> None:
        """Validates with `prepare` and assigns its errors to the fields; the service builds the row to save."""
        if self.errors:
            return
        try:
            if self.instance.replaced_by_id:
                raise ValidationError(_("A correction has replaced this observation. Change that one."))
            observation = prepare(self.observation_input, by=self.for_user, now=self.now)
            if observation is None:
                raise ValidationError(_("Nothing changes: the last observation of this cell says the same."))
        except ValidationError as error:
            self._update_errors(error)

    def _update_errors(self, errors: ValidationError) -> None:
        error_dict = getattr(errors, "error_dict", None)
        if error_dict is None:
            self.add_error(None, errors)
            return
        for name, messages_of_field in error_dict.items():
            self.add_error(name if name in self.fields else None, messages_of_field)

    @property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def observation_input(self) -> ObservationInput:
        names = ("city", "criterion", "value", "source_url", "source_title", "source_seen_on", "reason")
        return ObservationInput(**{name: self.cleaned_data[name] for name in names})

    def save(self, commit: bool = True) -> Observation:
        observation = record(self.observation_input, by=self.for_user, now=self.now)
        if observation is None:
            # The form was sent twice at the same moment: the other request has recorded it.
            cell = {name: self.cleaned_data[name] for name in ("city", "criterion")}
            observation = Observation.objects.filter(**cell, replaced_by=None).latest("pk")
        self.instance = observation
        return observation


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is withdrawn"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everyone reads it, among the corrections. Example: The source spoke of another city."),
    )


class CriterionForm(SluggedForm, PublishedForm):
    """Form of a criterion, including its publication."""

    named_by = "question"
    is_published = forms.BooleanField(
        label=pgettext_lazy("object", "Published"),
        required=False,
        help_text=_("Readers see the criterion, and its observations once two people have read them."),
    )


class GridFileForm(forms.Form):
    """File of observations: an upload for the preview, then its text in a hidden field for the import."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("A CSV file with the columns of the file to download. 2 MB at most."),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file and file.size > MAX_BYTES:
            self.add_error("file", _("This file is larger than 2 MB: cut it in several."))
        elif file:
            try:
                refuse_workbook(file.read(4))
            except FileRefused as refusal:
                self.add_error("file", str(refusal))
            else:
                cleaned["text"] = text_of(file)
        elif not cleaned.get("text"):
            self.add_error("file", _("Choose a file."))
        return cleaned
