"""Raw rows of an export file, one after the other. An invalid file is refused as a whole."""

import codecs
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from decidim.errors import ExportError

DELIMITER = ";"
# A cell above Python's own limit would refuse the whole file; with this one, only its row is refused.
LONGEST_CELL = 4_000_000


@dataclass(frozen=True, slots=True)
class RawRow:
    """One record, as cells by column. `cells` is None if the record has more or fewer cells than the header."""

    line: int
    offset: int
    cells: dict[str, str] | None


@dataclass(frozen=True)
class ExportTable:
    """One export file, read from the disk each time, so that its texts are never all in memory."""

    path: Path
    header: list[str]

    @property
    def name(self) -> str:
        return self.path.name

    def rows(self) -> Iterator[RawRow]:
        """Yields the rows. Raises `ExportError` at the first byte that is not valid CSV in UTF-8."""
        with _open(self.path) as file:
            records = _records(self.path.name, file)
            next(records, None)
            for line, offset, record in records:
                yield RawRow(line, offset, self._cells(record))

    def cells_at(self, file: BinaryIO, offset: int) -> dict[str, str]:
        """Returns the cells of the row that `rows` found at `offset`."""
        file.seek(offset)
        _line, _offset, record = next(_records(self.path.name, file))
        return self._cells(record) or {}

    def _cells(self, record: list[str]) -> dict[str, str] | None:
        return dict(zip(self.header, record, strict=True)) if len(self.header) == len(record) else None


def open_table(path: Path, columns: tuple[str, ...], other_names: Mapping[str, str] | None = None) -> ExportTable:
    """Returns the CSV at `path`, which must have at least `columns`, in any order.

    `other_names` has alternative column names ({alternative: usual}), used if the usual one is missing. UTF-8 with
    or without a byte order mark; line breaks inside cells are kept. Raises `ExportError` if the file is missing or
    empty, does not start as a ";" CSV in UTF-8, or lacks a column.
    """
    with _open(path) as file:
        first = next(_records(path.name, file), None)
    if first is None:
        raise ExportError(_("%(file)s is empty.") % {"file": path.name})
    header = [name.strip() for name in first[2]]
    for alternative, usual in (other_names or {}).items():
        if usual not in header and alternative in header:
            header[header.index(alternative)] = usual
    missing = [name for name in columns if name not in header]
    if missing:
        raise ExportError(
            _("%(file)s is not the expected export: these columns are missing: %(columns)s.")
            % {"file": path.name, "columns": ", ".join(missing)}
        )
    return ExportTable(path, header)


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise ExportError(
            _("%(file)s is missing in the folder %(folder)s.") % {"file": path.name, "folder": path.parent}
        ) from error
    except OSError as error:
        raise ExportError(
            _("%(file)s cannot be read (%(error)s).") % {"file": path.name, "error": error.strerror}
        ) from error


def _records(name: str, file: BinaryIO) -> Iterator[tuple[int, int, list[str]]]:
    """Yields each record with its first line number and byte offset; blank lines are skipped.

    Strict: otherwise, an open quote would swallow the rest of the file into one cell.
    """
    lines = _Lines(name, file)
    reader = csv.reader(lines, delimiter=DELIMITER, strict=True)
    while True:
        line, offset = lines.number + 1, lines.offset
        # The limit is global for CSV in the process: it is restored afterwards.
        usual = csv.field_size_limit(LONGEST_CELL)
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ExportError(
                _("%(file)s, line %(line)d: the CSV cannot be read from there on. Look at the quotation marks.")
                % {"file": name, "line": line}
            ) from error
        finally:
            csv.field_size_limit(usual)
        if record:
            yield line, offset, record


class _Lines:
    """Decoded lines of a file from its current position; `number` lines were read, up to the byte `offset`."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self.name = name
        self.number = 0
        self.offset = file.tell()
        self._pieces = (piece for line in file for piece in line.splitlines(keepends=True))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        piece = next(self._pieces)
        try:
            line = piece.removeprefix(codecs.BOM_UTF8 if self.offset == 0 else b"").decode()
        except UnicodeDecodeError as error:
            raise ExportError(
                _("%(file)s, line %(line)d: this is not encoded in UTF-8. Save it as “CSV UTF-8” and try again.")
                % {"file": self.name, "line": self.number + 1}
            ) from error
        self.number += 1
        self.offset += len(piece)
        return line
