"""Report « Journal de sécurité »: entries of the audit log, for administrators."""

from typing import Any

import django_filters
from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView

from accounts.models import User
from auditlog.models import Entry
from auditlog.permissions import can_read_audit_log
from auditlog.queries import about_account, accounts_of, label_of
from common.admin import AdminReportViewSet, PermissionView


class EntryFilterSet(WagtailFilterSet):
    account = django_filters.CharFilter(label=_("E-mail or number of an account"), method="filter_account")
    at = django_filters.DateFromToRangeFilter(label=_("Period"), widget=DateRangePickerWidget)

    class Meta:
        model = Entry
        fields = ["kind", "result", "at"]

    def filter_account(self, entries: QuerySet[Entry], name: str, typed: str) -> QuerySet[Entry]:
        return about_account(entries, typed)


class ActColumn(Column):
    """Action, and the object that it is about."""

    cell_template_name = "auditlog/act_cell.html"


class AccountColumn(Column):
    """Account that acted, with its name while it exists."""

    cell_template_name = "auditlog/account_cell.html"


def moment_of(entry: Entry) -> str:
    """Returns the time of `entry`, to the second, in the time of the city."""
    return timezone.localtime(entry.at).strftime(f"{settings.WAGTAIL_DATETIME_FORMAT}:%S")


class AuditLogView(PermissionView, ReportView):
    """List of entries, newest first."""

    is_allowed = staticmethod(can_read_audit_log)
    page_title = _("Audit log")
    header_icon = "shield"
    index_url_name = "auditlog:list"
    index_results_url_name = "auditlog:list_results"
    filterset_class = EntryFilterSet
    default_ordering = "-at"
    verbose_name_plural = Entry._meta.verbose_name_plural
    model = Entry
    list_export = [
        *(
            "at",
            "get_kind_display",
            "action",
            "get_result_display",
            "actor",
            "model",
            "object_id",
            "details",
            "network",
        ),
    ]
    export_headings = {"get_kind_display": _("Kind"), "get_result_display": _("Result")}
    columns = [
        ActColumn("label", label=_("Act")),
        Column("at", label=_("Date"), accessor=moment_of, sort_key="at"),
        AccountColumn("actor", label=_("Account")),
        Column("network", label=_("Network")),
    ]

    def get_base_queryset(self) -> QuerySet[Entry]:
        return Entry.objects.all()

    def decorate_paginated_queryset(self, entries: Any) -> Any:
        """Adds labels and named accounts to the entries of a page (one query)."""
        if self.is_export:
            return entries
        entry_list = list(entries)
        accounts = accounts_of(entry_list)
        for entry in entry_list:
            entry.label = label_of(entry.action)  # type: ignore[attr-defined]
            entry.account = accounts.get(entry.actor or 0)  # type: ignore[attr-defined]
            entry.about = self.about(entry, accounts)  # type: ignore[attr-defined]
        return entry_list

    def about(self, entry: Entry, accounts: dict[int, User]) -> str:
        """Returns a description of the object of `entry`: an account with its name, or a type and a primary key."""
        if entry.model == User._meta.label_lower:
            pk = int(entry.object_id)
            return gettext("account %(number)s") % {"number": pk} + f" {accounts.get(pk, '')}".rstrip()
        try:
            kind = apps.get_model(entry.model)._meta.verbose_name if entry.model else ""
        except LookupError:
            kind = entry.model
        return f"{kind} {entry.object_id}".strip()

    def to_row_dict(self, item: Entry) -> dict[str, Any]:
        return super().to_row_dict(item) | {"action": label_of(item.action)}


class AuditLogViewSet(AdminReportViewSet):
    name = "auditlog"
    icon = "shield"
    menu_label = _("Audit log")
    menu_hook = "register_reports_menu_item"
    menu_order = 1220
    url_prefix = "journal-de-securite"  # type: ignore[assignment]
    is_allowed = staticmethod(can_read_audit_log)
    report = AuditLogView
