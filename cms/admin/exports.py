"""Exports of the lists and reports of Wagtail and modeladmin, through the site's own CSV writer."""

from datetime import date, datetime
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from common.audit import Act, record_act
from common.spreadsheets import csv_response

CSV, XLSX = SpreadsheetExportMixin.FORMAT_CSV, SpreadsheetExportMixin.FORMAT_XLSX


def local_time(moment: datetime) -> datetime:
    """Returns `moment` in the time of the site, without its offset, which cells of a workbook cannot hold."""
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment


# By class, the first one that fits: dates and times as the forms of the site read them, in its time zone.
VALUES = {
    **SpreadsheetExportMixin.custom_value_preprocess,
    datetime: {CSV: lambda moment: f"{local_time(moment):%d/%m/%Y %H:%M:%S}", XLSX: local_time},
    date: {CSV: lambda day: f"{day:%d/%m/%Y}"},
}


def spreadsheet_of_view(
    view: SpreadsheetExportMixin, queryset: Any, spreadsheet_format: str
) -> StreamingHttpResponse | FileResponse:
    """Returns the rows of `view` as a file, and logs the export; replaces a method of Wagtail's views.

    XLSX uses Wagtail's own writer, which types text cells as such: no formula is run.
    """
    model = getattr(view, "model", None)
    name = model._meta.label_lower if model else type(view).__name__.lower()
    record_act(Act.TABLE_TAKEN, details=f"{name} {spreadsheet_format}")
    return csv_of_view(view, queryset) if spreadsheet_format == view.FORMAT_CSV else view.write_xlsx_response(queryset)


def csv_of_view(view: SpreadsheetExportMixin, queryset: Any) -> StreamingHttpResponse:
    """Returns the rows of `view` as a CSV file."""
    header = [view.get_heading(queryset, field) for field in view.list_export]
    rows = (
        [view.preprocess_field_value(field, value, view.FORMAT_CSV) for field, value in view.to_row_dict(item).items()]
        for item in queryset
    )
    return csv_response(f"{view.get_filename()}.csv", header, rows)
