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


def read_workbook(content):
    return [(row.line, row.cells) for row in csv_table(io.StringIO(workbook_text(content))).rows]


def test_workbook_gives_rows_with_their_line_numbers():
    content = workbook(
        ["Nom", "Depuis", "Rang", None],
        ["Odile\nM.", dt.datetime(2027, 1, 11), 3.0],
        [None, None, None],
        ["=1+1 ; « Paul »", dt.date(2027, 1, 12), None, "au-delà"],
    )
    assert read_workbook(content) == [
        (2, {"Nom": "Odile M.", "Depuis": "2027-01-11", "Rang": "3"}),
        (4, {"Nom": "", "Depuis": "2027-01-12", "Rang": ""}),
    ]


def test_missing_quotation_mark_is_a_fault_even_in_the_last_column():
    rows = list(csv_table(io.StringIO('Nom;Depuis\nOdile;"2027"\nPaul;"2028\nYvette;2029\n')).rows)
    assert [(row.line, bool(row.fault), row.ends) for row in rows] == [(2, False, False), (3, True, True)]


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_last_row_of_a_csv_file_is_read(end):
    rows = list(csv_table(io.StringIO(f'Nom;Depuis\n"Odile\nM.";"2027"{end}', newline="")).rows)
    assert [(row.cells, row.fault) for row in rows] == [({"Nom": "Odile\nM.", "Depuis": "2027"}, "")]


def other_zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("content.xml", "<office:document/>")
    return file.getvalue()


def text_document():
    """Returns the parts of a DOCX file that a reader of workbooks opens first."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        parts.writestr("[Content_Types].xml", types)
        parts.writestr("word/document.xml", "<document/>")
    return file.getvalue()


def damaged_workbook():
    """Returns a workbook whose compressed sheet begins with an invalid block."""
    content = bytearray(workbook(["Nom"], ["Odile M."]))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.getinfo("xl/worksheets/sheet1.xml")
    content[sheet.header_offset + 30 + len(sheet.filename)] = 0xFF
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 and nothing", other_zip(), text_document(), damaged_workbook()],
    ids=["broken", "another program", "docx", "damaged sheet"],
)
def test_invalid_workbook_is_refused_with_a_message(content):
    with pytest.raises(FileRefused, match="XLSX"):
        workbook_text(content)


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"], ids=["xlsx, ods", "xls"])
def test_workbook_instead_of_csv_is_refused_with_instructions(start):
    with pytest.raises(FileRefused, match="enregistrez-le en CSV"), opened_text(io.BytesIO(start + b" the rest")):
        pass


def test_workbook_with_too_many_styles_is_refused_before_they_are_read():
    """A file of 10 kB whose styles unpack to 4 MB took eleven seconds and 245 MB."""
    source, target = io.BytesIO(workbook(["Nom"], ["Odile M."])), io.BytesIO()
    with zipfile.ZipFile(source) as parts, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in parts.namelist():
            bomb.writestr(name, b"<xf/>" * 800_000 if name == "xl/styles.xml" else parts.read(name))
    assert len(target.getvalue()) < 15_000
    with pytest.raises(FileRefused, match="trop grand"):
        workbook_text(target.getvalue())


def test_workbook_that_is_too_large_when_unpacked_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_UNPACKED_BYTES", 100)
    with pytest.raises(FileRefused, match="trop grand"):
        workbook_text(workbook(["Nom"]))
