"""Admin forms: a place, the answer to a report, a file of places."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from common.admin import PublishedForm
from inclusion.admin.week import WeekField
from inclusion.models import Place, PlaceReport
from inclusion.models.hours import spans_past_midnight
from inclusion.models.week import week_in, with_week
from inclusion.services.places import answer, confirm

MAX_BYTES = 2_000_000


class PlaceForm(PublishedForm):
    """Form of a place. Saving it confirms the place today. Hours past midnight, mostly a mistake, need a confirmation.

    The hours are entered as a week, or as one line if a week cannot express them. Both are stored in the same column.
    """

    # The week is another way to write the hours.
    derived_fields = ("week",)

    week = WeekField(
        label=_("Hours of an ordinary week"),
        required=False,
        help_text=_("A day on which it is closed stays empty. Midnight is 00:00."),
    )
    is_open_at_night = forms.BooleanField(
        label=_("These hours are right: the place is open at night"), required=False, initial=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        week = week_in(self.instance.hours)
        hours = self.fields["hours"]
        hours.label = _("Hours in one line")
        hours.help_text = _(
            "For what a week cannot say: seasons, nights, “on appointment”. As OpenStreetMap writes them. "
            "Example: Mo-Fr 18:00-02:00"
        )
        if week is not None:
            self.initial["week"] = week
        elif self.instance.hours:
            self.fields["week"].help_text = _(
                "The hours of this place say more than a week can: correct them in the line below. "
                "A week that you enter here takes their place."
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.week_was_entered and "week" not in self.errors:
            if "hours" not in self.changed_data:
                cleaned["hours"] = with_week(self.instance.hours, cleaned["week"])
            elif week_in(cleaned.get("hours", "")) != cleaned["week"]:
                self.add_error("hours", _("You changed the week and this line. Change one of them: the other follows."))
        spans = spans_past_midnight(cleaned.get("hours", "")) if "hours" in self.changed_data else []
        if spans and not cleaned.get("is_open_at_night"):
            message = _(
                "%(spans)s ends on the next day: the place would be open at night. "
                "Correct the hours, or tick the box under them if this is right."
            )
            self.add_error("hours", ValidationError(message, params={"spans": ", ".join(spans)}))
        return cleaned

    @property
    def week_was_entered(self) -> bool:
        """Returns whether a week was submitted and differs from the initial one."""
        is_missing = self.fields["week"].widget.value_omitted_from_data(self.data, self.files, self.add_prefix("week"))
        return not is_missing and "week" in self.changed_data

    def save(self, commit: bool = True) -> Place:
        place: Place = super().save(commit)
        if commit:
            confirm([place], by=self.for_user, now=timezone.now())
        return place


class ReportAnswerForm(WagtailAdminModelForm):
    """Answer to a report. The text of the reader is not editable."""

    def save(self, commit: bool = True) -> PlaceReport:
        state = self.cleaned_data["state"]
        answer(report=self.instance, state=state, by=self.for_user, now=timezone.now())
        return self.instance


class PlacesFileForm(forms.Form):
    """File of places: an upload for the preview, then its text in a hidden field for the import."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("The list of France services or a file of the national schema, in CSV or JSON. 2 MB at most."),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file and file.size > MAX_BYTES:
            self.add_error("file", _("This file is larger than 2 MB: keep the rows of your department only."))
        elif file:
            cleaned["content"] = file.read()
        elif cleaned.get("text"):
            cleaned["content"] = cleaned["text"].encode()
        else:
            self.add_error("file", _("Choose a file."))
        return cleaned
