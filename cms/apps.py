from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Pages and files")

    def ready(self) -> None:
        from cms import middleware, openings
        from cms.quality import publication

        middleware.connect()
        openings.connect()
        publication.connect()
