from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    default = True
    name = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from operations import checks, signals  # noqa: F401 - registers them

        signals.connect()
