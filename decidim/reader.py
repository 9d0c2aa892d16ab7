"""Raw rows of a file of the export. A file that is not what it should be is refused as a whole."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from decidim.errors import ExportError

DELIMITER = ";"


@dataclass(frozen=True)
class RawRow:
    """One record, cells by column. `cells` is None when the record has more or fewer cells than the header."""

    line: int
    cells: dict[str, str] | None


@dataclass(frozen=True)
class Table:
    """One file of the export."""

    name: str
    rows: list[RawRow]


def read_table(path: Path, columns: tuple[str, ...], other_names: Mapping[str, str] | None = None) -> Table:
    """Returns the rows of the CSV at `path`, which must have at least `columns`, in any order.

    `other_names` says how a column may be called elsewhere ({there: here}): it is used where the usual one is not.

    UTF-8 with or without a byte order mark; line breaks inside cells stay as they are. Raises `ExportError` when the
    file is missing, is not UTF-8, is not a ";" CSV or lacks a column.
    """
    text = _decode(path)
    try:
        records = list(_records(text))
    except csv.Error as error:
        raise ExportError(
            _("%(file)s is not a readable CSV file (%(error)s).") % {"file": path.name, "error": error}
        ) from error
    if not records:
        raise ExportError(_("%(file)s is empty.") % {"file": path.name})
    header = [name.strip() for name in records[0][1]]
    for there, here in (other_names or {}).items():
        if here not in header and there in header:
            header[header.index(there)] = here
    missing = [name for name in columns if name not in header]
    if missing:
        raise ExportError(
            _("%(file)s is not the expected export: these columns are missing: %(columns)s.")
            % {"file": path.name, "columns": ", ".join(missing)}
        )
    return Table(path.name, [_raw_row(header, line, record) for line, record in records[1:]])


def _decode(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ExportError(
            _("%(file)s is missing in the folder %(folder)s.") % {"file": path.name, "folder": path.parent}
        ) from error
    except OSError as error:
        raise ExportError(
            _("%(file)s cannot be read (%(error)s).") % {"file": path.name, "error": error.strerror}
        ) from error
    except UnicodeDecodeError as error:
        raise ExportError(
            _("%(file)s is not encoded in UTF-8 (byte %(position)d). Save it as “CSV UTF-8” and try again.")
            % {"file": path.name, "position": error.start}
        ) from error


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yields each record with the line on which it starts; blank lines are skipped.

    Strict: an open quote would otherwise swallow the rest of the file into one cell.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITER, strict=True)
    line = 1
    for record in reader:
        if record:
            yield line, record
        line = reader.line_num + 1


def _raw_row(header: list[str], line: int, record: list[str]) -> RawRow:
    cells = dict(zip(header, record, strict=True)) if len(header) == len(record) else None
    return RawRow(line, cells)
