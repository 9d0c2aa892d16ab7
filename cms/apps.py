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
    """Wagtail's own admin, without its mails about workflows: `cms.notifications` has those, through the outbox.

    Its files run no formula, its bulk actions and choosers name nothing that the account does not see
    (`cms.admin.wagtail_changes`).
    """

    def ready(self) -> None:
        super().ready()
        from cms.admin import wagtail_changes
        from cms.signals import connect_after_wagtail, disconnect_mails_of_wagtail

        disconnect_mails_of_wagtail()
        # Stands after `wagtail.contrib.redirects` in `INSTALLED_APPS`, whose receivers are there by now.
        connect_after_wagtail()
        wagtail_changes.apply()
