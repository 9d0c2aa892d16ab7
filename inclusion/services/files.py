"""Files of places: their encoding, their separator, and their rows one by one.

A CSV file is never whole in memory. One in JSON is: it is small, or refused.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _

from common.spreadsheets import as_written
from inclusion.errors import FileRefused

PIECE = 1 << 16
MAX_JSON_BYTES = 20_000_000
SEPARATORS = ",;\t"
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class Row:
    """A row of a file: the line on which it begins, of a JSON file its number, and its cells by column.

    `fault` says why it cannot be read. After one that `ends` the file, what follows cannot be read either.
    """

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    ends: bool = False


@dataclass(frozen=True)
class Table:
    """The columns of a file, and its rows, which are read once."""

    columns: frozenset[str]
    rows: Iterator[Row]


@contextmanager
def table_of(file: IO[bytes]) -> Iterator[Table]:
    """Gives the table in `file`, which is read from its start and stays open. Raises `FileRefused`."""
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        start = text.read(PIECE)
        text.seek(0)
        is_json = start.lstrip()[:1] in ("{", "[")
        yield _json_table(text) if is_json else _csv_table(text, start.partition("\n")[0])
    finally:
        text.detach()


def text_of(file: IO[bytes]) -> str:
    """Returns the whole text of `file`, so that a form can send it again. Of a file that is small."""
    encoding = _encoding(file)
    file.seek(0)
    return file.read().decode(encoding, "replace")


def _encoding(file: IO[bytes]) -> str:
    """By its mark, else UTF-8 if all of it is, else what spreadsheets of Windows write in France."""
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


def _csv_table(text: io.TextIOWrapper, head: str) -> Table:
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(text, delimiter=separator)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise FileRefused(_("This is no CSV file that we can read.")) from error
    return Table(frozenset(header), _csv_rows(reader, header))


def _csv_rows(reader: Any, header: list[str]) -> Iterator[Row]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(
                line, fault=_("The file cannot be read from this line on: a quotation mark is missing."), ends=True
            )
            return
        if not any(cells):
            continue
        found = {name: as_written(cell) for name, cell in zip(header, cells, strict=False)}
        if len(cells) == len(header):
            yield Row(line, found)
        else:
            said = _("The row has %(cells)d cells, the file has %(columns)d columns.")
            yield Row(line, found, fault=said % {"cells": len(cells), "columns": len(header)})


def _json_table(text: io.TextIOWrapper) -> Table:
    """A list of objects, or an object whose names are those of bodies, each an object: the name is column « nom »."""
    content = text.read(MAX_JSON_BYTES + 1)
    if len(content) > MAX_JSON_BYTES:
        raise FileRefused(_("This JSON file is larger than 20 MB: send the places as CSV."))
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FileRefused(_("This is no JSON file that we can read.")) from error
    if isinstance(found, dict):
        found = [{"nom": name, **told} if isinstance(told, dict) else told for name, told in found.items()]
    first = next((one for one in found if isinstance(one, dict)), {})
    return Table(frozenset(first), _json_rows(found))


def _json_rows(found: list[Any]) -> Iterator[Row]:
    for line, one in enumerate(found, 1):
        if isinstance(one, dict):
            yield Row(line, {str(name): _json_cell(value) for name, value in one.items()})
        else:
            yield Row(line, fault=_("This is no place."))


def _json_cell(value: Any) -> str:
    if value is None:
        return ""
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)
