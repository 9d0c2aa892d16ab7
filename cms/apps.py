from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Pages and files")

    def ready(self) -> None:
        from cms import checks, signals  # noqa: F401 - checks register themselves
        from cms.admin.library_labels import label_what_wagtail_does_not

        signals.connect()
        label_what_wagtail_does_not()
