"""The register of deliveries: what became of each mail, never what it said."""

from django.contrib.auth import get_permission_codename
from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin

from mailing.models import Message


class ReadOnlyPermissionHelper(PermissionHelper):
    """Nobody adds, changes or deletes a row by hand, a superuser included; who may view, may list and inspect."""

    def user_can_view(self, user) -> bool:
        return self.user_has_specific_permission(user, get_permission_codename("view", self.opts))

    def user_can_list(self, user) -> bool:
        return self.user_can_view(user)

    def user_can_inspect_obj(self, user, obj) -> bool:
        return self.user_can_view(user)

    def user_can_create(self, user) -> bool:
        return False

    def user_can_edit_obj(self, user, obj) -> bool:
        return False

    def user_can_delete_obj(self, user, obj) -> bool:
        return False


class MessageAdmin(ModelAdmin):
    model = Message
    menu_label = _("E-mail deliveries")
    menu_icon = "mail"
    menu_order = 900
    base_url_path = "envois"
    permission_helper_class = ReadOnlyPermissionHelper
    list_display = ("to_email", "kind", "state", "batch", "attempts", "created_at", "sent_at")
    list_filter = ("state", "kind", "created_at")
    list_select_related = ("batch",)
    list_per_page = 50
    search_fields = ("to_email",)
    ordering = ("-created_at", "-pk")
    inspect_view_enabled = True
    history_view_enabled = False
    # Neither the payload, which holds the body, nor the context of a renderer.
    inspect_view_fields = [
        "to_email",
        "kind",
        "state",
        "batch",
        "attempts",
        "uncertain",
        "smtp_code",
        "last_error",
        "message_id",
        "created_at",
        "next_attempt_at",
        "sent_at",
        "expires_at",
    ]
