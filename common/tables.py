"""Uploaded tables: encoding, separator, and rows one by one.

CSV files are streamed. Workbooks, limited in size, are first converted to CSV text.
"""

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from common.errors import Refusal
from common.spreadsheets import BYTE_ORDER_MARK, as_written, csv_lines

PIECE = 1 << 16
SEPARATORS = ",;\t"
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
WORKBOOK_START = b"PK"
# ZIP (.xlsx, .ods), and workbooks before 2007 (.xls).
WORKBOOK_STARTS = (WORKBOOK_START, b"\xd0\xcf\x11\xe0")
# Limits against decompression bombs. The reader keeps up to 600 bytes and takes 20 µs for each XML tag, of the styles
# too: 60,000 tags are some 500 rows of 15 columns.
MAX_UNPACKED_BYTES, MAX_WORKBOOK_TAGS, MAX_WORKBOOK_ROWS, MAX_WORKBOOK_COLUMNS = 10_000_000, 60_000, 5_000, 50


class FileRefused(Refusal):
    """Raised, with the message, when a file is not a supported table."""


@dataclass(frozen=True)
class FileRow:
    """Row of a file: its first line (in a JSON file, its index), and its cells by column.

    `fault` is the reason why it is invalid. After a fault with `ends`, the rest of the file is unreadable.
    """

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    ends: bool = False


@dataclass(frozen=True)
class FileTable:
    """Columns of a file, and its rows, an iterator."""

    columns: frozenset[str]
    rows: Iterator[FileRow]


def refuse_workbook(start: bytes) -> None:
    """Raises `FileRefused` if `start`, the first bytes of a file, are those of a workbook; for CSV only."""
    if start.startswith(WORKBOOK_STARTS):
        raise FileRefused(_("This is a workbook, not a CSV file: open it in your spreadsheet and save it as CSV."))


@contextmanager
def opened_text(file: IO[bytes]) -> Iterator[io.TextIOWrapper]:
    """Yields the text of `file`, from its start; leaves the file open. Raises `FileRefused` for a workbook."""
    file.seek(0)
    refuse_workbook(file.read(4))
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        yield text
    finally:
        text.detach()


def text_of(file: IO[bytes]) -> str:
    """Returns the whole text of a small `file`, so that a form can submit it again."""
    encoding = _encoding(file)
    file.seek(0)
    return file.read().decode(encoding, "replace")


def _encoding(file: IO[bytes]) -> str:
    """Returns the encoding: by byte order mark, else UTF-8 if valid, else Windows-1252, as spreadsheets in France."""
    file.seek(0)
    start = file.read(4)
    for mark, name in BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            return name
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def csv_table(text: IO[str]) -> FileTable:
    """Returns the table of the CSV file `text`. Raises `FileRefused`."""
    first_line = text.readline(PIECE)
    text.seek(0)
    separator = max(SEPARATORS, key=first_line.count)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise FileRefused(_("This is no CSV file that we can read.")) from error
    return FileTable(frozenset(header), _csv_rows(reader, lines, header))


class _Lines:
    """Lines of a text. `are_over` once a line after the last one was requested."""

    def __init__(self, text: IO[str]) -> None:
        self.text, self.are_over = text, False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if line := self.text.readline():
            return line
        self.are_over = True
        raise StopIteration


def _csv_rows(reader: Any, lines: _Lines, header: list[str]) -> Iterator[FileRow]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
            # The reader takes the rest of the file for a part of the cell whose quotation mark is missing.
            if lines.are_over:
                raise csv.Error
        except StopIteration:
            return
        except csv.Error:
            yield FileRow(
                line, fault=_("The file cannot be read from this line on: a quotation mark is missing."), ends=True
            )
            return
        if not any(cells):
            continue
        values = {name: as_written(cell) for name, cell in zip(header, cells, strict=False)}
        if len(cells) == len(header):
            yield FileRow(line, values)
        else:
            fault = _("The row has %(cells)d cells, the file has %(columns)d columns.")
            yield FileRow(line, values, fault=fault % {"cells": len(cells), "columns": len(header)})


def workbook_text(content: bytes) -> str:
    """Returns the first sheet of an XLSX file as CSV text, line by line. Raises `FileRefused`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            is_huge = sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED_BYTES
            if is_huge or _tags_in(parts) > MAX_WORKBOOK_TAGS:
                raise FileRefused(_("This workbook is too large: copy its rows into a new one."))
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        rows = [
            [_cell_text(cell) for cell in row]
            for row in sheet.iter_rows(max_row=MAX_WORKBOOK_ROWS, max_col=MAX_WORKBOOK_COLUMNS, values_only=True)
        ]
    except (
        zipfile.BadZipFile,
        zlib.error,
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        SyntaxError,
        # Another document of the same format, such as DOCX; a part protected by a password.
        OSError,
        RuntimeError,
    ) as error:
        raise FileRefused(_("This is no XLSX file that we can read. Save the table as XLSX or CSV.")) from error
    header = rows[0] if rows else []
    while header and not header[-1]:
        header.pop()
    return "".join(csv_lines(header, (_padded(row, len(header)) for row in rows[1:]))).lstrip(BYTE_ORDER_MARK)


def _tags_in(parts: zipfile.ZipFile) -> int:
    """Returns the number of `<` in all parts, an upper bound of the number of XML elements in any encoding."""
    number = 0
    for part in parts.infolist():
        with parts.open(part) as content:
            while piece := content.read(PIECE):
                number += piece.count(b"<")
    return number


def _padded(row: list[str], length: int) -> list[str]:
    """Returns `row` with `length` cells: workbooks omit empty cells at the end."""
    return [*row, *[""] * (length - len(row))][:length]


def _cell_text(cell: Any) -> str:
    """Returns a cell as text on one line, so that lines of the text are rows of the sheet."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())
