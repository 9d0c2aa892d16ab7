"""Admin registers: mails (states, not bodies), batches, suppressed addresses."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import label_for_field
from django.contrib.auth import get_permission_codename
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.helpers.search import BaseSearchHandler
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import IndexView, InspectView

from mailing.admin.actions import report_of
from mailing.models import Batch, Message, Suppression
from mailing.notifications import name_of_kind
from mailing.services import email_hashes


class ReadOnlyPermissionHelper(PermissionHelper):
    """Forbids everyone to add, change or delete rows; the "view" permission allows listing and inspecting them."""

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


class ReadButton(ButtonHelper):
    """Row button labelled like those of the other lists."""

    def inspect_button(self, pk: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().inspect_button(pk, *args, **kwargs) | {"label": gettext("Read")}


class RegisterPage(IndexView):
    """List of a register, with collapsed filters."""

    @property
    def breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        active = sum(bool(spec.used_parameters) for spec in self.filter_specs)
        return super().get_context_data(active_filters=active, **kwargs)


class RowPage(InspectView):
    """Page of a row of a register."""

    page_title: Any = ""

    @property
    def breadcrumbs_items(self) -> list[dict[str, Any]]:
        index_item = {"url": self.index_url, "label": capfirst(self.verbose_name_plural)}
        own = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*WagtailAdminTemplateMixin.breadcrumbs_items, index_item, own]

    def get_page_title(self) -> str:
        return self.page_title or capfirst(self.verbose_name)


class RegisterAdmin(ModelAdmin):
    """Read-only list of rows with a page for each.

    Its menu item belongs to « Lettre » and is registered with it.
    """

    add_to_admin_menu = False

    permission_helper_class = ReadOnlyPermissionHelper
    index_view_class = RegisterPage
    inspect_view_class = RowPage
    index_template_name = "mailing/admin/register.html"
    inspect_template_name = "mailing/admin/register_row.html"
    button_helper_class = ReadButton
    list_per_page = 50
    inspect_view_enabled = True
    history_view_enabled = False

    def get_extra_attrs_for_field_col(self, obj: Any, field_name: str) -> dict[str, Any]:
        """Labels each cell with its column, like other lists of the admin (`wagtailadmin/tables/cell.html`).

        Empty cells get no label: on a phone, where a row becomes a card, they disappear.
        """
        if getattr(obj, field_name, self) in (None, ""):
            return {}
        return {"data-label": capfirst(str(label_for_field(field_name, self.model, self)))}

    def get_empty_value_display(self, field_name: str | None = None) -> str:
        return ""


class KindNameMixin:
    """Column with the name of the kind of a mail or batch in place of its code."""

    def kind_name(self, row: Message | Batch) -> str:
        return name_of_kind(row.kind)

    kind_name.short_description = _("kind")  # type: ignore[attr-defined]
    kind_name.admin_order_field = "kind"  # type: ignore[attr-defined]


class KindFilter(SimpleListFilter):
    """Filter by kind of mail, with the kinds present in the list."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        kinds_in_use = model_admin.model.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return sorted(((kind, name_of_kind(kind)) for kind in kinds_in_use), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(kind=value) if (value := self.value()) else queryset


class BatchFilter(SimpleListFilter):
    """Filter by batch. Offers the latest ones; the page of an older batch links to its mails."""

    title = _("batch")
    parameter_name = "batch"
    offered = 20

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(batch.pk, str(batch)) for batch in Batch.objects.order_by("-created_at", "-pk")[: self.offered]]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        return queryset.filter(batch=int(value)) if value.isascii() and value.isdigit() else queryset


class MessagePage(RowPage):
    """Page of a mail."""

    def get_page_subtitle(self) -> str:
        return f"{name_of_kind(self.instance.kind)}, {self.instance.to_email}"

    def get_field_display_value(self, field_name: str, field: Any = None) -> Any:
        if field_name == "kind":
            return name_of_kind(self.instance.kind)
        return super().get_field_display_value(field_name, field)


class MessageAdmin(KindNameMixin, RegisterAdmin):
    model = Message
    menu_label = _("Each e-mail")
    menu_icon = "mail"
    menu_order = 60
    base_url_path = "envois"
    list_display = ("to_email", "state", "kind_name", "created_at", "sent_at", "batch", "attempts")
    list_filter = ("state", KindFilter, "created_at", BatchFilter)
    list_select_related = ("batch",)
    search_fields = ("to_email",)
    ordering = ("-created_at", "-pk")
    inspect_view_class = MessagePage
    # Excludes the payload (it holds the body) and the context of a deferred mail.
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


class BatchPage(RowPage):
    """Page of a batch: progress, failures and action buttons."""

    page_title = _("Sending")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | report_of(self.instance, self.request.user)


class BatchAdmin(KindNameMixin, RegisterAdmin):
    model = Batch
    menu_label = _("Sendings")
    menu_icon = "list-ul"
    menu_order = 50
    base_url_path = "lots"
    list_display = ("label", "status", "pause_reason", "kind_name", "created_at")
    list_filter = ("status", KindFilter, "created_at")
    ordering = ("-created_at", "-pk")
    inspect_view_class = BatchPage
    inspect_template_name = "mailing/admin/batch.html"


class SearchByAddress(BaseSearchHandler):
    """Searches a typed address by its hash; the address itself is not stored."""

    def search_queryset(self, queryset: QuerySet, search_term: str, **kwargs: Any) -> QuerySet:
        term = search_term.strip()
        return queryset.filter(email_hash__in=[*email_hashes(term), term]) if term else queryset


class SuppressionAdmin(RegisterAdmin):
    model = Suppression
    menu_label = _("Suppressed addresses")
    menu_icon = "warning"
    menu_order = 70
    base_url_path = "adresses-ecartees"
    list_display = ("email_hash", "reason", "created_at", "lift")
    list_filter = ("reason", "created_at")
    ordering = ("-created_at", "-pk")
    search_fields = ("email_hash",)
    search_handler_class = SearchByAddress
    inspect_view_fields = ["email_hash", "reason", "created_at"]

    def lift(self, row: Suppression) -> SafeString:
        return format_html(
            '<a class="button button-small button-secondary" href="{}">{}</a>',
            reverse("mailing_batches:lift", args=[row.pk]),
            gettext("Write to it again…"),
        )

    lift.short_description = _("What you may do")  # type: ignore[attr-defined]
