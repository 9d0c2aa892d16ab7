"""Exports of Wagtail's lists and reports, and of those of modeladmin, by the one writer of the site."""

from typing import Any

from django.http import StreamingHttpResponse
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from common.spreadsheets import csv_response


def csv_of_view(view: SpreadsheetExportMixin, queryset: Any) -> StreamingHttpResponse:
    """Returns the rows of `view` as a file; takes the place of a method of Wagtail's views (`cms.apps`).

    Their other format, XLSX, knows which cells are text: Wagtail marks every cell so that looks like a formula.
    """
    header = [view.get_heading(queryset, field) for field in view.list_export]
    rows = (
        [view.preprocess_field_value(field, value, view.FORMAT_CSV) for field, value in view.to_row_dict(item).items()]
        for item in queryset
    )
    return csv_response(f"{view.get_filename()}.csv", header, rows)
