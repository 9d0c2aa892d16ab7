from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.admin.apps import WagtailAdminAppConfig


class CmsConfig(AppConfig):
    default = True
    name = "cms"
    verbose_name = _("Pages and files")

    def ready(self) -> None:
        from cms import checks, signals  # noqa: F401 - checks register themselves

        signals.connect()


class AdminConfig(WagtailAdminAppConfig):
    """Wagtail's admin without its workflow mails, which `cms.notifications` sends through the outbox.

    Its exports contain no formula; its bulk actions and choosers name no hidden object (`cms.admin.wagtail_changes`).
    """

    def ready(self) -> None:
        super().ready()
        from cms.admin import wagtail_changes
        from cms.fields import register_address_fields
        from cms.signals import connect_after_wagtail, disconnect_mails_of_wagtail

        register_address_fields()
        disconnect_mails_of_wagtail()
        # Runs after `wagtail.contrib.redirects` (order of `INSTALLED_APPS`), whose receivers are connected by now.
        connect_after_wagtail()
        wagtail_changes.apply()
