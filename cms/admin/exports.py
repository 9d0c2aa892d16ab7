"""Exports of the lists and reports of Wagtail, as French spreadsheets read them: one place for all of them.

Headings are the names of the fields, else the labels of the columns; days, numbers and answers have one format; the
file is named after the list. A view lists what it exports in `list_export`; all else is optional.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from common.audit import Act, record_act
from common.spreadsheets import csv_response, workbook_response

CSV, XLSX = SpreadsheetExportMixin.FORMAT_CSV, SpreadsheetExportMixin.FORMAT_XLSX


def local_time(moment: datetime) -> datetime:
    """Returns `moment` in the time of the site, without its offset, which cells of a workbook cannot hold."""
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment


def yes_or_no(value: bool) -> str:
    return gettext("Yes") if value else gettext("No")


def with_comma(number: Decimal | float) -> str:
    """Returns `number` with a decimal comma, and without zeros at its end."""
    return f"{Decimal(str(number)).normalize():f}".replace(".", ",")


# By class, the first one that fits: dates and times as the forms of the site read them, in its time zone. Cells of a
# workbook keep dates and numbers, so that they can be sorted and added.
VALUES = {
    **SpreadsheetExportMixin.custom_value_preprocess,
    bool: dict.fromkeys((CSV, XLSX), yes_or_no),
    datetime: {CSV: lambda moment: f"{local_time(moment):%d/%m/%Y %H:%M:%S}", XLSX: local_time},
    date: {CSV: lambda day: f"{day:%d/%m/%Y}"},
    (Decimal, float): {CSV: with_comma},
}


def spreadsheet_of_view(view: SpreadsheetExportMixin, queryset: Any, spreadsheet_format: str) -> HttpResponseBase:
    """Returns the rows of `view` as a file, and logs the export; replaces a method of Wagtail's views.

    Raises `Http404` for a list without an export.
    """
    if not view.list_export:
        raise Http404
    name = model_of(view, queryset)._meta.label_lower
    record_act(Act.TABLE_TAKEN, details=f"{name} {spreadsheet_format}")
    header = [heading_of(view, queryset, field) for field in view.list_export]
    respond = csv_response if spreadsheet_format == CSV else workbook_response
    file = f"{slugify(view.get_page_title())}.{spreadsheet_format}"
    return respond(file, header, rows_of(view, queryset, spreadsheet_format))


def rows_of(view: SpreadsheetExportMixin, queryset: Any, spreadsheet_format: str) -> Iterator[list[object]]:
    """Yields the rows of the export."""
    for item in queryset:
        row = view.to_row_dict(item)
        yield [view.preprocess_field_value(field, value, spreadsheet_format) for field, value in row.items()]


def model_of(view: SpreadsheetExportMixin, queryset: Any) -> type[Model]:
    """Returns the model of the rows. Some views turn the queryset into a list, some name the model in the filters."""
    model = getattr(queryset, "model", None) or getattr(view, "model", None)
    return model or view.filterset_class._meta.model  # type: ignore[no-any-return]


def heading_of(view: SpreadsheetExportMixin, queryset: Any, field: str) -> str:
    """Returns the heading that `view` names, else the name of the field, the label of the column, Wagtail's heading."""
    if field in view.export_headings:
        # Wagtail translated some of its own at the start, before the language was known.
        return gettext(str(view.export_headings[field]))
    with suppress(FieldDoesNotExist):
        return str(capfirst(model_of(view, queryset)._meta.get_field(field).verbose_name))  # type: ignore[union-attr]
    labels = {column.name: str(column.label) for column in view.columns}
    return labels.get(field) or str(view.get_heading(queryset, field))
