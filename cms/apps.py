from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.admin.apps import WagtailAdminAppConfig


class CmsConfig(AppConfig):
    default = True
    name = "cms"
    verbose_name = _("Pages and files")

    def ready(self) -> None:
        from cms import checks, signals  # noqa: F401 - checks register themselves
        from cms.admin.library_labels import label_what_wagtail_does_not

        signals.connect()
        label_what_wagtail_does_not()


class AdminConfig(WagtailAdminAppConfig):
    """Wagtail's own admin, without its mails about workflows: `cms.notifications` has those, through the outbox.

    Its reports and lists are exported by our writer: Wagtail's writes formulas, commas and no byte order mark. Its bulk
    actions and its choosers name nothing that the account does not see.
    """

    def ready(self) -> None:
        super().ready()
        from wagtail.admin.views.bulk_action import BulkAction
        from wagtail.admin.views.chooser import ExternalLinkView
        from wagtail.admin.views.mixins import SpreadsheetExportMixin
        from wagtail.models import Page

        from cms.admin.exports import spreadsheet_of_view
        from cms.admin.seen import actionable_objects, converted_link, title_in_admin
        from cms.signals import disconnect_mails_of_wagtail

        disconnect_mails_of_wagtail()
        SpreadsheetExportMixin.as_spreadsheet = spreadsheet_of_view
        BulkAction.get_actionable_objects = actionable_objects
        ExternalLinkView.post = converted_link
        Page.get_admin_display_title = title_in_admin
