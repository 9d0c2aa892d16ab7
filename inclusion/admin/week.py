"""Form field for a week of opening hours: two spans per day."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from inclusion.models.week import SPANS_A_DAY, Week, is_wrong

TIMES_A_DAY = 2 * SPANS_A_DAY
PARTS = (_("opens"), _("closes"), _("opens again"), _("closes again"))


def times_of(week: Week | None) -> list[time | None]:
    """Returns the four times of each day as one flat list."""
    times: list[time | None] = []
    for spans in week or [[]] * 7:
        flat = [moment for span in spans for moment in span]
        times += [*flat, *[None] * (TIMES_A_DAY - len(flat))]
    return times


class WeekWidget(forms.MultiWidget):
    """Seven rows of four time inputs, each labelled with its day for screen readers."""

    template_name = "inclusion/admin/week.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            [forms.TimeInput({"type": "time"}, format="%H:%M") for _index in range(7 * TIMES_A_DAY)], attrs
        )

    def decompress(self, value: Week | None) -> list[time | None]:
        return times_of(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        # A week is a list as well, and `MultiWidget` takes a list for already decompressed values.
        is_week = isinstance(value, list) and len(value) == 7
        context = super().get_context(name, self.decompress(value) if is_week else value, attrs)
        inputs = context["widget"]["subwidgets"]
        lines = []
        for weekday, day in WEEKDAYS.items():
            times = inputs[weekday * TIMES_A_DAY : (weekday + 1) * TIMES_A_DAY]
            for subwidget, part in zip(times, PARTS, strict=True):
                subwidget["attrs"]["aria-label"] = _("%(day)s, %(part)s") % {"day": capfirst(day), "part": part}
            lines.append((day, times[:SPANS_A_DAY], times[SPANS_A_DAY:]))
        context["widget"]["lines"] = lines
        return context


class WeekField(forms.MultiValueField):
    """Spans of each day, from Monday on."""

    widget = WeekWidget

    def __init__(self, **kwargs: Any) -> None:
        fields = [forms.TimeField(required=False) for _index in range(7 * TIMES_A_DAY)]
        super().__init__(fields, require_all_fields=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(times_of(initial), data)

    def compress(self, data_list: list[time | None]) -> Week:
        """Returns the spans of each day. Raises `ValidationError` that names the days with impossible spans."""
        times = [*data_list] or [None] * 7 * TIMES_A_DAY
        week, wrong = [], []
        for weekday, day in WEEKDAYS.items():
            four = times[weekday * TIMES_A_DAY : (weekday + 1) * TIMES_A_DAY]
            spans = list(zip(four[::2], four[1::2], strict=True))
            if is_wrong(spans):
                wrong.append(str(day))
            week.append([(start, end) for start, end in spans if start is not None and end is not None])
        if wrong:
            raise ValidationError(
                _(
                    "%(days)s: write when it opens, then when it closes, in this order. "
                    "Hours that go past midnight stand in the line below."
                ),
                params={"days": capfirst(", ".join(wrong))},
            )
        return week
