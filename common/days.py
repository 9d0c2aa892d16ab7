"""Form with several days, on each of which the same thing takes place."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

DAYS = [f"day_{rank}" for rank in range(1, 9)]


class DaysForm(forms.Form):
    """Form with up to eight days, none past and none twice; `cleaned_data["days"]` has them sorted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rank, name in enumerate(DAYS, 1):
            label = _("Day %(number)d") % {"number": rank}
            self.fields[name] = forms.DateField(label=label, widget=AdminDateInput, required=rank == 1)
        self.order_fields([*DAYS, *(name for name in self.fields if name not in DAYS)])

    def taken_days(self) -> set[date]:
        """Returns the days on which it takes place already."""
        return set()

    # Error message of such a day.
    day_is_taken: Any = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        taken, days = self.taken_days(), set()
        for name in DAYS:
            day = cleaned.get(name)
            if day is None:
                continue
            if day in days:
                self.add_error(name, _("This day is written twice."))
            elif day < timezone.localdate():
                self.add_error(name, _("This day is past."))
            elif day in taken:
                self.add_error(name, self.day_is_taken)
            days.add(day)
        cleaned["days"] = sorted(days)
        return cleaned
