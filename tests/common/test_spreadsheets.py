"""No text becomes a spreadsheet formula, whichever view wrote the file."""

import csv
import io
import itertools
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.log_actions import log

from common.spreadsheets import as_written, csv_lines, safe_cell
from tests.factories import ProposalFactory, ThemeFactory

# A cell that a spreadsheet would evaluate, ignoring quotation marks.
FORMULA_START = re.compile(r"[\s\"\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]")
SIGNS = "=+-@＝＋－＠"
BLANKS = [
    "",
    " ",
    "   ",
    "\u00a0",
    "\u202f",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\n",
    "\r\n",
    "\t",
    "\x00",
    "\x0b",
    " \u200b \n",
]
# Files for programs instead of spreadsheets: those of Decidim are imported by Decidim.
FOR_PROGRAMS = {"decidim/services/exporter.py"}
WRITERS = ("csv.writer(", "csv.DictWriter(", "Workbook(", "import xlsxwriter", "to_csv(")


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
@pytest.mark.parametrize("sign", SIGNS)
def test_a_formula_is_text_whatever_comes_before_its_sign(blank, sign):
    cell = safe_cell(f"{blank}{sign}1+1")
    assert cell.startswith(f"'{blank}")
    assert cell.endswith(f"{sign}1+1")


@pytest.mark.parametrize("separator", [",", ";", "\t", "\n", "\r\n"], ids=ascii)
def test_other_separators_produce_no_formula(separator):
    for blank, sign in itertools.product(BLANKS, SIGNS):
        text = f"Bonjour{separator}{blank}{sign}1+1"
        (line,) = csv_lines([text], [])
        row = line.removeprefix("\ufeff")
        assert not any(FORMULA_START.match(cell) for cell in re.split(r"[,;\t\r\n]", row)), ascii(text)
        assert next(csv.reader(io.StringIO(row, newline=""), delimiter=";")) == [safe_cell(text)]
        assert as_written(safe_cell(text)) == text


@pytest.mark.parametrize("start", ["\t", "\r", "\n"])
def test_leading_tabs_and_line_breaks_are_escaped(start):
    assert safe_cell(f"{start}Texte").startswith("'")


@pytest.mark.parametrize(
    "value",
    ["", "Un banc", "1+1", "l’an 2026 = demain", "Place de la République, porte-à-porte", " Un banc", -3, 4.5, None],
)
def test_other_values_are_not_changed(value):
    assert safe_cell(value) == value


def test_headings_are_escaped():
    assert next(iter(csv_lines(["=1+1"], []))) == '\ufeff"\'=1+1"\r\n'


@pytest.fixture
def hostile(db, admin_client):
    return {ProposalFactory(title=f"{sign}1+1") for sign in SIGNS}


def test_admin_report_in_csv_contains_no_formula(hostile, admin_client):
    """Attack: the title of a proposal, in the report that the Animation group opens in a spreadsheet."""
    answer = admin_client.get(reverse("waiting_proposals:list"), {"export": "csv"})
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff")
    titles = {row[1] for row in list(csv.reader(io.StringIO(text), delimiter=";"))[1:]}
    assert titles == {f"'{proposal.title}" for proposal in hostile}


def test_admin_report_in_xlsx_contains_no_formula(hostile, admin_client):
    answer = admin_client.get(reverse("waiting_proposals:list"), {"export": "xlsx"})
    cells = [cell for row in load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows() for cell in row]
    assert {cell.value for cell in cells} >= {proposal.title for proposal in hostile}
    assert "f" not in {cell.data_type for cell in cells}


@pytest.mark.django_db
def test_admin_exports_use_the_time_zone_of_the_site(admin_client, time_machine):
    """Wagtail writes UTC with microseconds and an offset, which no form accepts."""
    time_machine.move_to(datetime(2026, 12, 1, 8, 30, 15, 123456, tzinfo=UTC), tick=False)
    log(ThemeFactory(), "wagtail.edit")
    history = reverse("wagtailadmin_reports:site_history")
    assert '"01/12/2026 09:30:15"' in admin_client.get(history, {"export": "csv"}).getvalue().decode()
    workbook = load_workbook(io.BytesIO(admin_client.get(history, {"export": "xlsx"}).getvalue()))
    moments = [cell.value for row in workbook.active.iter_rows() for cell in row if isinstance(cell.value, datetime)]
    assert [f"{one:%d/%m/%Y %H:%M:%S}" for one in moments] == ["01/12/2026 09:30:15"]


def test_only_one_module_writes_spreadsheets():
    found = [
        str(path.relative_to(settings.BASE_DIR))
        for app in settings.INSTALLED_APPS
        for path in sorted(Path(settings.BASE_DIR, app).rglob("*.py"))
        if any(word in path.read_text(encoding="utf-8") for word in WRITERS)
    ]
    assert set(found) - FOR_PROGRAMS == {"common/spreadsheets.py"}


def test_all_export_views_use_the_common_writer():
    """Lists and reports of Wagtail and modeladmin get our writer from their common base class."""
    from django.urls import get_resolver
    from wagtail.admin.views.mixins import SpreadsheetExportMixin

    from cms.admin.exports import spreadsheet_of_view

    def all_subclasses(view):
        return {view}.union(*(all_subclasses(child) for child in view.__subclasses__()))

    get_resolver().url_patterns  # noqa: B018 - imports the views
    views = all_subclasses(SpreadsheetExportMixin)
    assert len(views) > 20
    assert {view.as_spreadsheet for view in views} == {spreadsheet_of_view}
