"""Files for French spreadsheets, without formulas: CSV (UTF-8 with byte order mark, semicolons) and XLSX."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

BYTE_ORDER_MARK = "\ufeff"
# Start of a formula (OWASP, "CSV injection"): optional blanks or invisible characters, and a sign, full-width ones
# included.
BLANK, SIGN = r"[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]", "[=+\\-@＝＋－＠﹦﹢﹣﹫]"
FORMULA = re.compile(rf"{BLANK}*{SIGN}|[\t\r\n]")
# The same inside a text: a program with another separator would split the cell there.
START_INSIDE = rf"(?<=[,;\t\r\n])((?:(?![\t\r\n]){BLANK})*)"
INNER_FORMULA = re.compile(rf"{START_INSIDE}(?={SIGN})")
ESCAPED = re.compile(rf"{START_INSIDE}'(?={SIGN})")
# Formats of the cells of a workbook.
DAY, MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm:ss"


class _Echo:
    """File-like object for `csv.writer` that returns what is written."""

    def write(self, value: str) -> str:
        return value


def safe_cell(value: object) -> object:
    """Returns `value`; in a text, an apostrophe is added before each formula."""
    if not isinstance(value, str):
        return value
    text = INNER_FORMULA.sub(r"\1'", value)
    return f"'{text}" if FORMULA.match(value) else text


def as_written(cell: str) -> str:
    """Returns the cell of an imported file as before `safe_cell`, stripped."""
    text = cell.strip()
    candidates = ESCAPED.sub(r"\1", text.removeprefix("'")), ESCAPED.sub(r"\1", text)
    return next((candidate for candidate in candidates if safe_cell(candidate) == text), text)


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yields the lines of the file one by one, to save memory."""
    writer = csv.writer(_Echo(), delimiter=";", quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK + writer.writerow([safe_cell(name) for name in header])
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Returns the response with the table as the file `name`."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def workbook_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> FileResponse:
    """Returns the response with the table as the workbook `name` (XLSX)."""
    workbook, output = Workbook(write_only=True), io.BytesIO()
    sheet = workbook.create_sheet()
    for row in itertools.chain([header], rows):
        sheet.append([_cell(sheet, value) for value in row])
    workbook.save(output)
    output.seek(0)
    return FileResponse(output, as_attachment=True, filename=name)


def _cell(sheet: object, value: object) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    if cell.data_type == "f":
        # A text, not a formula.
        cell.data_type = "s"
    if isinstance(value, date):
        cell.number_format = MOMENT if isinstance(value, datetime) else DAY
    return cell
