"""Date fields show and accept `15/12/2026`, accept ISO dates too, and explain the format in their errors."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput, AdminTimeInput

from common.forms import day_input

MOMENT = datetime(2026, 12, 15, 8, 30, tzinfo=UTC)


class DateForm(forms.Form):
    day = forms.DateField(widget=AdminDateInput, required=False)
    public_day = forms.DateField(widget=day_input(), required=False)
    hour = forms.TimeField(widget=AdminTimeInput, required=False)
    moment = forms.DateTimeField(widget=AdminDateTimeInput, required=False)


def test_fields_show_dates_in_french_format():
    form = DateForm(
        initial={"day": MOMENT.date(), "public_day": MOMENT.date(), "hour": MOMENT.time(), "moment": MOMENT}
    )
    widgets = [form[name].as_widget() for name in form.fields]
    values = ("15/12/2026", "15/12/2026", "08:30", "15/12/2026 09:30")
    assert all(f'value="{value}"' in field for field, value in zip(widgets, values, strict=True))
    assert '"format": "d/m/Y"' in widgets[0]
    assert '"format": "d/m/Y H:i"' in widgets[3]


@pytest.mark.parametrize("day", ["15/12/2026", "2026-12-15"])
def test_french_and_iso_formats_are_accepted(day):
    form = DateForm({"day": day, "public_day": day, "hour": "08:30", "moment": f"{day} 09:30"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == form.cleaned_data["public_day"] == date(2026, 12, 15)
    assert form.cleaned_data["moment"] == MOMENT


@pytest.mark.parametrize("day", ["demain", "15/12/20", "12/15/2026", "31/02/2026", "15.12.2026", "2026-15-12"])
def test_other_formats_are_refused_with_an_example_and_shown_again(day):
    form = DateForm({"day": day, "public_day": day, "hour": "midi", "moment": f"{day} 09:30"})
    assert not form.is_valid()
    assert {name: " ".join(errors).replace("\u00a0", " ") for name, errors in form.errors.items()} == {
        "day": "Écrivez la date ainsi : 15/12/2026.",
        "public_day": "Écrivez la date ainsi : 15/12/2026.",
        "hour": "Écrivez l’heure ainsi : 09:30.",
        "moment": "Écrivez la date et l’heure ainsi : 15/12/2026 09:30.",
    }
    assert f'value="{day}"' in form["day"].as_widget()


def test_date_without_time_is_refused_by_a_datetime_field():
    form = DateForm({"moment": "15/12/2026"})
    assert " ".join(form.errors["moment"]).replace("\u00a0", " ") == (
        "Écrivez la date et l’heure ainsi : 15/12/2026 09:30."
    )
    assert 'value="15/12/2026"' in form["moment"].as_widget()


@pytest.mark.django_db
def test_report_filters_accept_the_same_formats(admin_client):
    def is_refused(day):
        answer = admin_client.get("/admin/reports/site-history/", {"timestamp_from": day, "timestamp_to": day})
        return "Écrivez la date ainsi" in answer.content.decode()

    assert [is_refused(day) for day in ("15/12/2026", "2026-12-15", "demain")] == [False, False, True]
