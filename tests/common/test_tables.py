"""Uploaded tables: a workbook gives the same rows as a CSV file."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from common import tables
from common.tables import FileRefused, csv_table, opened_text, workbook_text


def workbook(*rows):
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def read(content):
    return [(row.line, row.cells) for row in csv_table(io.StringIO(workbook_text(content))).rows]


def test_a_workbook_has_the_rows_of_a_csv_file_with_their_lines():
    content = workbook(
        ["Nom", "Depuis", "Rang", None],
        ["Odile\nM.", dt.datetime(2027, 1, 11), 3.0],
        [None, None, None],
        ["=1+1 ; « Paul »", dt.date(2027, 1, 12), None, "au-delà"],
    )
    assert read(content) == [
        (2, {"Nom": "Odile M.", "Depuis": "2027-01-11", "Rang": "3"}),
        (4, {"Nom": "", "Depuis": "2027-01-12", "Rang": ""}),
    ]


def other_zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("content.xml", "<office:document/>")
    return file.getvalue()


@pytest.mark.parametrize("content", [b"PK\x03\x04 and nothing", other_zip()], ids=["broken", "another program"])
def test_what_is_no_workbook_is_one_sentence(content):
    with pytest.raises(FileRefused, match="XLSX"):
        workbook_text(content)


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"], ids=["xlsx, ods", "xls"])
def test_where_only_csv_is_read_a_workbook_is_told_how_to_become_one(start):
    with pytest.raises(FileRefused, match="enregistrez-le en CSV"), opened_text(io.BytesIO(start + b" the rest")):
        pass


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_UNPACKED_BYTES", 100)
    with pytest.raises(FileRefused, match="trop grand"):
        workbook_text(workbook(["Nom"]))
