"""Admin of the reports about places: the list of unanswered ones, and their answers."""

from typing import ClassVar

from django.db.models import QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.snippets.views.snippets import IndexView

from cms.admin.dashboard import snippet_url
from common.admin import EmptyQueue, ListedSnippetViewSet, Step, StepsInRows
from common.hooks import GROUND_MENU_HOOK
from inclusion.admin.forms import ReportAnswerForm
from inclusion.models import Place, PlaceReport


class ReportIndexView(StepsInRows, EmptyQueue, IndexView):
    """List of reports, each with a link to its place."""

    queues = frozenset({f"state={PlaceReport.State.WAITING.value}"})

    @staticmethod
    def steps_of(report: PlaceReport) -> list[Step]:
        return [(gettext("Correct the place"), snippet_url(Place, "edit", report.place_id))]

    def get_base_queryset(self) -> QuerySet[PlaceReport]:
        return PlaceReport.objects.select_related("place", "answered_by")


class PlaceReportViewSet(ListedSnippetViewSet):
    """Reports of readers. Editors only record their outcome."""

    model = PlaceReport
    icon = "warning"
    menu_label = _("Reports about places")
    menu_hook = GROUND_MENU_HOOK
    menu_order = 80
    url_namespace = "place_reports"  # type: ignore[assignment]
    url_prefix = "signalements-de-lieux"  # type: ignore[assignment]
    index_view_class = ReportIndexView
    copy_view_enabled = False
    list_per_page = 50
    list_filter: ClassVar = ["state"]
    search_backend_name = None
    search_fields: ClassVar = ["text", "place__name"]
    list_display: ClassVar = [
        "__str__",
        Column("text", label=_("What is wrong")),
        Column("get_state_display", label=_("State"), sort_key="state"),
        DateColumn("created_at", label=_("Sent on"), sort_key="created_at"),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("place", read_only=True),
            FieldPanel("text", read_only=True),
            FieldPanel("email", read_only=True),
            FieldPanel("state"),
        ],
        base_form_class=ReportAnswerForm,
    )

    @property
    def menu_url(self) -> str:
        """URL of the list, filtered on unanswered reports."""
        return f"{super().menu_url}?{urlencode({'state': PlaceReport.State.WAITING.value})}"
