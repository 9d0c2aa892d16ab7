"""Report « Recherches sans résultat »: search terms without results."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView

from cms.permissions import can_redirect
from common.admin import AdminReportViewSet, PermissionView
from home.models import EmptySearch


class EmptySearchesView(PermissionView, ReportView):
    """Searches without results, the latest month and the most frequent first."""

    is_allowed = staticmethod(can_redirect)
    page_title = _("Searches without a result")
    header_icon = "search"
    index_url_name = "empty_searches:list"
    index_results_url_name = "empty_searches:list_results"
    default_ordering = ("-month", "-count")
    list_export: list[str] = []
    verbose_name_plural = EmptySearch._meta.verbose_name_plural
    columns = [
        Column("words", label=_("Words")),
        Column("month", label=_("Month"), accessor=lambda row: row.month.strftime("%m/%Y")),
        Column("count", label=_("Times")),
    ]

    def get_base_queryset(self) -> QuerySet[EmptySearch]:
        return EmptySearch.objects.order_by("-month", "-count", "words")


class EmptySearchesViewSet(AdminReportViewSet):
    name = "empty_searches"
    icon = "search"
    menu_label = _("Searches without a result")
    menu_hook = "register_reports_menu_item"
    menu_order = 1220
    url_prefix = "recherches-sans-resultat"  # type: ignore[assignment]
    is_allowed = staticmethod(can_redirect)
    report = EmptySearchesView
