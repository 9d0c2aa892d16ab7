"""Field of the admin for titles, which are longer than a phone is wide."""

import re
from typing import Any

from django import forms
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput


class TitleField(forms.CharField):
    """One line of text, in an input that wraps it. Line breaks become spaces."""

    widget = AdminAutoHeightTextInput

    def to_python(self, value: Any) -> str:
        return re.sub(r"\s*[\r\n]\s*", " ", super().to_python(value) or "")


class WrappedPanel(FieldPanel):
    """Panel of a title."""

    def get_form_options(self) -> dict[str, Any]:
        return {**super().get_form_options(), "field_classes": {self.field_name: TitleField}}


class WrappedTitlePanel(WrappedPanel, TitleFieldPanel):
    """Panel of a title that the slug follows."""
