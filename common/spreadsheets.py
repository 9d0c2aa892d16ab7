"""CSV files that a spreadsheet opens rightly in France: UTF-8 with its byte order mark, semicolons, no formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet would run as a formula (OWASP, "CSV injection"): blanks, or what nobody sees, may come before the
# sign, which may be the wide one of Asian keyboards; a tabulator or the end of a line makes a cell of its own.
FORMULA = re.compile(r"[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫]|[\t\r\n]")


class _Echo:
    """A file that gives back what is written to it, for `csv.writer`."""

    def write(self, value: str) -> str:
        return value


def safe_cell(value: object) -> object:
    """Returns `value`, a text that a spreadsheet would run with an apostrophe before it. Numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def as_written(cell: str) -> str:
    """Returns a cell of a file that comes back as it was before `safe_cell`, without blanks around it."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and safe_cell(text[1:]) == text else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Gives the lines of the file one by one, so that it is never whole in memory."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield BYTE_ORDER_MARK + writer.writerow([safe_cell(name) for name in header])
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Returns the table as the file `name`."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
