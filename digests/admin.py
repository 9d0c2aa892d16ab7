"""The register of editions: when each was due, what it covered, and how many readers it reached."""

from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.options import ModelAdmin

from digests.models import Edition
from mailing.admin import ReadOnlyPermissionHelper


class EditionAdmin(ModelAdmin):
    model = Edition
    menu_label = _("Editions of the letter")
    menu_icon = "calendar-alt"
    menu_order = 910
    base_url_path = "editions-de-la-lettre"
    permission_helper_class = ReadOnlyPermissionHelper
    list_display = ("period_key", "slot_hour", "kind", "status", "candidates", "planned", "skipped")
    list_filter = ("kind", "status", "slot_at")
    list_per_page = 50
    ordering = ("-slot_at", "kind")
    inspect_view_enabled = True
    history_view_enabled = False
    inspect_view_fields = [
        "kind",
        "period_key",
        "slot_hour",
        "slot_at",
        "cutoff",
        "expires_at",
        "status",
        "status_reason",
        "candidates",
        "planned",
        "skipped",
    ]
