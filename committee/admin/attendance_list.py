"""Report « Présences par siège »: attendance at each session, seat by seat, with a file export, for the secretariat."""

from datetime import date, datetime
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from committee.admin.session_list import years_of
from committee.attendance.queries.member_tasks import sheet_url
from committee.models import Attendance, SessionPage
from committee.permissions import can_edit_sessions
from common.admin import AdminReportViewSet, PermissionView
from common.templatetags.dates import in_city_time, short_day


def day(moment: datetime) -> date:
    return in_city_time(moment).date()


def _years(request: HttpRequest | None = None) -> list[tuple[int, int]]:
    return years_of(SessionPage.objects.filter(starts_at__lte=timezone.now()))


class AttendanceFilterSet(WagtailFilterSet):
    year = django_filters.ChoiceFilter(label=_("Year"), field_name="session__starts_at__year", choices=_years)

    class Meta:
        model = Attendance
        fields: ClassVar = ["state", "seat"]


class AttendanceListView(PermissionView, ReportView):
    """Attendance records of sessions that have begun, seat by seat, the latest session first."""

    is_allowed = staticmethod(can_edit_sessions)
    page_title = _("Attendance by seat")
    header_icon = "clipboard-list"
    index_url_name = "committee_attendance:list"
    index_results_url_name = "committee_attendance:list_results"
    filterset_class = AttendanceFilterSet
    model = Attendance
    verbose_name_plural = Attendance._meta.verbose_name_plural
    list_export: ClassVar = [
        "session.starts_at",
        "session.heading",
        "seat.name",
        "seat.college",
        "member",
        "get_state_display",
        "source",
    ]
    export_headings: ClassVar = {
        "session.starts_at": _("Day"),
        "session.heading": _("Session"),
        "seat.name": _("Seat"),
        "seat.college": _("College"),
        "member": _("Member"),
        "get_state_display": pgettext_lazy("session", "Attendance"),
        "source": _("How it was noted"),
    }
    columns: ClassVar = [
        TitleColumn(
            "day",
            label=_("Session"),
            accessor=lambda row: short_day(row.session.starts_at),
            get_url=lambda row: sheet_url(row.session),
        ),
        Column("seat", label=_("Seat")),
        Column("member", label=_("Member")),
        Column("state", label=pgettext_lazy("session", "Attendance"), accessor="get_state_display"),
    ]

    def get_base_queryset(self) -> QuerySet[Attendance]:
        """Returns the records of sessions that have begun.

        Later ones are left out: announced absences may still change.
        """
        noted = Attendance.objects.filter(session__starts_at__lte=timezone.now())
        return noted.select_related("session", "seat", "member").order_by("-session__starts_at", "seat__order", "seat")

    def to_row_dict(self, item: Attendance) -> dict[str, Any]:
        return super().to_row_dict(item) | {"session.starts_at": day(item.session.starts_at)}


class AttendanceListViewSet(AdminReportViewSet):
    """Item « Présences par siège » in the reports menu."""

    name = "committee_attendance"
    icon = "clipboard-list"
    menu_label = _("Attendance by seat")
    menu_hook = "register_reports_menu_item"
    menu_order = 1190
    url_prefix = "presences"  # type: ignore[assignment]
    is_allowed = staticmethod(can_edit_sessions)
    report = AttendanceListView
