"""Files of places in CSV or JSON. JSON is loaded entirely into memory, and therefore limited in size."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.utils.translation import gettext as _

from common.tables import PIECE, FileRefused, FileRow, FileTable, csv_table, opened_text

MAX_JSON_BYTES = 20_000_000


@contextmanager
def table_of(file: IO[bytes]) -> Iterator[FileTable]:
    """Yields the table in `file`, read from its start; the file stays open. Raises `FileRefused`."""
    with opened_text(file) as text:
        start = text.read(PIECE)
        text.seek(0)
        is_json = start.lstrip()[:1] in ("{", "[")
        yield _json_table(text) if is_json else csv_table(text)


def _json_table(text: io.TextIOWrapper) -> FileTable:
    """Returns the table of a list of objects, or of an object of objects by name (then the column "nom")."""
    content = text.read(MAX_JSON_BYTES + 1)
    if len(content) > MAX_JSON_BYTES:
        raise FileRefused(_("This JSON file is larger than 20 MB: send the places as CSV."))
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FileRefused(_("This is no JSON file that we can read.")) from error
    if isinstance(document, dict):
        document = [{"nom": name, **cells} if isinstance(cells, dict) else cells for name, cells in document.items()]
    first = next((record for record in document if isinstance(record, dict)), {})
    return FileTable(frozenset(first), _json_rows(document))


def _json_rows(rows: list[Any]) -> Iterator[FileRow]:
    for line, record in enumerate(rows, 1):
        if isinstance(record, dict):
            yield FileRow(line, {str(name): _json_cell(value) for name, value in record.items()})
        else:
            yield FileRow(line, fault=_("This is no place."))


def _json_cell(value: Any) -> str:
    if value is None:
        return ""
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)
