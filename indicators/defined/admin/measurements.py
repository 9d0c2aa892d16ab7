"""Wagtail report of the values of the indicators, with links to correct them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from cms.admin.dashboard import snippet_url
from common.admin import AdminReportViewSet, PermissionView
from common.hooks import COMMITTEE_MENU_HOOK
from indicators.defined.queries.values import value_words
from indicators.hooks import Period
from indicators.models import Indicator, Measurement
from indicators.permissions import can_add_measurements


class MeasurementFilterSet(WagtailFilterSet):
    class Meta:
        model = Measurement
        fields = ["indicator"]


def words_of(measurement: Measurement) -> str:
    """Returns the value in words, marked if a correction replaced it."""
    text = value_words(measurement.indicator, measurement)
    return f"{text} ({gettext('corrected')})" if measurement.is_replaced else text  # type: ignore[attr-defined]


def correct_url(measurement: Measurement) -> str | None:
    is_open = measurement.indicator.is_adopted and not measurement.is_replaced  # type: ignore[attr-defined]
    return snippet_url(Indicator, "correct", measurement.pk) if is_open else None


class MeasurementsView(PermissionView, ReportView):
    """All values, latest first. Each links to its correction."""

    is_allowed = staticmethod(can_add_measurements)
    page_title = _("Values of indicators")
    header_icon = "table"
    index_url_name = "indicator_values:list"
    index_results_url_name = "indicator_values:list_results"
    filterset_class = MeasurementFilterSet
    model = Measurement
    verbose_name_plural = Measurement._meta.verbose_name_plural
    list_export = ["indicator", "period", "value", "base", "source_url", "source_seen_on", "reason", "recorded_at"]
    columns = [
        TitleColumn("indicator", label=_("Correct the value of"), get_url=correct_url),
        Column("period", label=_("Period"), accessor=lambda measurement: Period.named(measurement.period).words),
        Column("value", label=_("Value"), accessor=words_of),
        Column("source", label=_("Source"), accessor="source_label"),
    ]

    def get_base_queryset(self) -> QuerySet[Measurement]:
        return Measurement.objects.select_related("indicator").order_by("-pk")

    def decorate_paginated_queryset(self, measurements: Any) -> Any:
        """Sets `is_replaced` on each value of the page, in one query."""
        if self.is_export:
            return measurements
        rows = list(measurements)
        replaced = set(Measurement.objects.filter(replaces__in=rows).values_list("replaces", flat=True))
        for measurement in rows:
            measurement.is_replaced = measurement.pk in replaced
        return rows


class MeasurementsViewSet(AdminReportViewSet):
    name = "indicator_values"
    icon = "table"
    menu_label = _("Values of indicators")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 90
    url_prefix = "valeurs-des-indicateurs"  # type: ignore[assignment]
    is_allowed = staticmethod(can_add_measurements)
    report = MeasurementsView
