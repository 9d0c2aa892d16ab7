"""CSV files that a spreadsheet opens rightly in France: UTF-8 with its byte order mark, semicolons, no formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

BYTE_ORDER_MARK = "\ufeff"
# Start of what a spreadsheet would run as a formula (OWASP, "CSV injection"): blanks, or what nobody sees, may come
# before the sign, which may be the wide one of Asian keyboards.
BLANK, SIGN = r"[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]", "[=+\\-@＝＋－＠﹦﹢﹣﹫]"
FORMULA = re.compile(rf"{BLANK}*{SIGN}|[\t\r\n]")
# The same inside of a text: a program that cuts lines at another character than ours makes a cell of it.
START_INSIDE = rf"(?<=[,;\t\r\n])((?:(?![\t\r\n]){BLANK})*)"
INNER_FORMULA = re.compile(rf"{START_INSIDE}(?={SIGN})")
ESCAPED = re.compile(rf"{START_INSIDE}'(?={SIGN})")


class _Echo:
    """A file that gives back what is written to it, for `csv.writer`."""

    def write(self, value: str) -> str:
        return value


def safe_cell(value: object) -> object:
    """Returns `value`; a text gets an apostrophe before each formula that a spreadsheet would run."""
    if not isinstance(value, str):
        return value
    text = INNER_FORMULA.sub(r"\1'", value)
    return f"'{text}" if FORMULA.match(value) else text


def as_written(cell: str) -> str:
    """Returns a cell of a file that comes back as it was before `safe_cell`, without blanks around it."""
    text = cell.strip()
    written = ESCAPED.sub(r"\1", text.removeprefix("'")), ESCAPED.sub(r"\1", text)
    return next((one for one in written if safe_cell(one) == text), text)


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Gives the lines of the file one by one, so that it is never whole in memory."""
    writer = csv.writer(_Echo(), delimiter=";", quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK + writer.writerow([safe_cell(name) for name in header])
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Returns the table as the file `name`."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
