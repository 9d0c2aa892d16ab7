from django import forms
from django.apps import AppConfig
from django.utils.formats import get_format_lazy
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = _("Technical helpers")

    def ready(self) -> None:
        # Django's field also reads a day alone, as midnight: a poll that closes on the 15th would be closed that day.
        forms.DateTimeField.input_formats = get_format_lazy("DATETIME_INPUT_FORMATS")
