"""Admin forms of the indicators: define, adopt, abandon, add a value, correct one."""

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from committee.models import SessionPage
from common.templatetags.dates import short_day
from indicators.defined.queries.series import open_periods
from indicators.defined.services import measure_named
from indicators.hooks import Period
from indicators.models import Adoption, Indicator, Measurement
from indicators.restitution.queries.measures import own_measures

# Number of past sessions to choose from: only recent ones are needed.
SESSIONS = 60


class IndicatorForm(WagtailAdminModelForm):
    """Definition of an indicator. Measures that the site takes itself are chosen from a list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("measure"):
            now = timezone.now()
            measures = own_measures(Period.of_year(timezone.localdate(now).year), now)
            choices = [(measure.key, f"{measure.section} : {measure.label}") for measure in measures]
            self.fields["measure"] = forms.ChoiceField(
                label=field.label,
                help_text=field.help_text,
                required=False,
                choices=[("", gettext("No: somebody adds the values")), *choices],
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        key, months, now = cleaned.get("measure"), cleaned.get("frequency"), timezone.now()
        if key and months and not measure_named(key, Period.around(timezone.localdate(now), months), now):
            self.add_error("measure", _("The site measures this every year only: choose “every year”."))
        return cleaned


def https_field(field: models.Field, **options: Any) -> Any:
    """Returns the form field of a model field; a URL without a scheme defaults to HTTPS."""
    if isinstance(field, models.URLField):
        options["assume_scheme"] = "https"
    return field.formfield(**options)


class AdoptionForm(forms.ModelForm):
    """Terms adopted by a session: the current definition, which can be changed here."""

    class Meta:
        model = Adoption
        fields = ("session", *Adoption.FROZEN, "reason")
        formfield_callback = https_field
        widgets: ClassVar = {"baseline_on": AdminDateInput, "target_on": AdminDateInput, "method": forms.Textarea}

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"instance": Adoption(indicator=indicator, **indicator.terms)})
        held = SessionPage.objects.published().held(timezone.now()).order_by("-starts_at")
        self.fields["session"].queryset = held.filter(  # type: ignore[attr-defined]
            pk__in=list(held.values_list("pk", flat=True)[:SESSIONS])
        )
        self.fields["session"].label_from_instance = _session_label  # type: ignore[attr-defined]
        if indicator.is_adopted:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]

    @property
    def terms(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in Adoption.FROZEN}


def _session_label(session: SessionPage) -> str:
    return f"{short_day(session.starts_at)} · {session.heading}"


class LeaveForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the committee leaves it"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Readers see it. The values stay on the page."),
    )


class MeasurementForm(forms.ModelForm):
    """Value of a period, with its source."""

    class Meta:
        model = Measurement
        formfield_callback = https_field
        fields = ("period", "value", "base", "source_url", "source_title", "source_seen_on", "note")
        widgets: ClassVar = {"source_seen_on": AdminDateInput}

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        today = timezone.localdate()
        initial = {
            "source_url": indicator.source_url,
            "source_title": indicator.source_name,
            "source_seen_on": today,
        }
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        kwargs.setdefault("instance", Measurement(indicator=indicator))
        super().__init__(*args, **kwargs)
        self.fields["source_url"].required = self.fields["source_seen_on"].required = True
        if field := self.fields.get("period"):
            # Choices of the widget only: the error message for another period comes from the model.
            waiting = open_periods(indicator, today)
            field.widget = forms.Select(choices=[(period.key, period.words) for period in waiting])
            if waiting:
                field.initial = self.initial["period"] = waiting[0].key
                field.help_text = gettext("The periods that are over and have no value.")
            else:
                field.help_text = gettext("Every period that is over has a value. The next one comes at its end.")


class CorrectionForm(MeasurementForm):
    """Corrected value of a period, with the reason. The former value stays beside it."""

    class Meta(MeasurementForm.Meta):
        fields = ("value", "base", "reason", "source_url", "source_title", "source_seen_on", "note")

    def __init__(self, *args: Any, replaces: Measurement, **kwargs: Any) -> None:
        instance = Measurement(indicator=replaces.indicator, period=replaces.period, replaces=replaces)
        copied = ("value", "base", "source_url", "source_title", "note")
        kwargs |= {"instance": instance, "initial": {name: getattr(replaces, name) for name in copied}}
        super().__init__(*args, indicator=replaces.indicator, **kwargs)
        self.fields["reason"].required = True
