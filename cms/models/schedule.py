"""Dialog of the admin for the publishing schedule of a page."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import PublishingPanel


class StartField(forms.DateTimeField):
    """Date and time; a date alone stands for its first minute."""

    time_of_a_date = time(0, 0)

    def to_python(self, value: Any) -> datetime | None:
        try:
            day = forms.DateField().to_python(value) if isinstance(value, str) else None
        except ValidationError:
            day = None
        return super().to_python(datetime.combine(day, self.time_of_a_date) if day else value)


class EndField(StartField):
    """Date and time; a date alone stands for its last minute."""

    time_of_a_date = time(23, 59)


class SchedulePanel(PublishingPanel):
    """Wagtail's panel, in whose fields the time is optional."""

    def get_form_options(self) -> dict[str, Any]:
        return {
            **super().get_form_options(),
            "field_classes": {"go_live_at": StartField, "expire_at": EndField},
            "help_texts": {
                "go_live_at": _("A date alone: from the start of that day, at 00:00."),
                "expire_at": _("A date alone: until the end of that day, at 23:59."),
            },
        }

    class BoundPanel(PublishingPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Returns the context, whose message depends on the permissions for `instance`: for a new page, which has
            none, on those for its parent.
            """
            context = super().get_context_data(parent_context)
            return context if self.instance.pk else {**context, "instance": self.form.parent_page}
