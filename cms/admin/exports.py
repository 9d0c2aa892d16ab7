"""Exports of the lists and reports of Wagtail and modeladmin, through the site's own CSV writer."""

from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from common.audit import Act, tell
from common.spreadsheets import csv_response


def spreadsheet_of_view(
    view: SpreadsheetExportMixin, queryset: Any, spreadsheet_format: str
) -> StreamingHttpResponse | FileResponse:
    """Returns the rows of `view` as a file, and logs the export; replaces a method of Wagtail's views.

    XLSX uses Wagtail's own writer, which types text cells as such: no formula is run.
    """
    model = getattr(view, "model", None)
    told = model._meta.label_lower if model else type(view).__name__.lower()
    tell(Act.TABLE_TAKEN, details=f"{told} {spreadsheet_format}")
    return csv_of_view(view, queryset) if spreadsheet_format == view.FORMAT_CSV else view.write_xlsx_response(queryset)


def csv_of_view(view: SpreadsheetExportMixin, queryset: Any) -> StreamingHttpResponse:
    """Returns the rows of `view` as a CSV file."""
    header = [view.get_heading(queryset, field) for field in view.list_export]
    rows = (
        [view.preprocess_field_value(field, value, view.FORMAT_CSV) for field, value in view.to_row_dict(item).items()]
        for item in queryset
    )
    return csv_response(f"{view.get_filename()}.csv", header, rows)
