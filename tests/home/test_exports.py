"""Every export of the admin: French headings, one format of days, numbers and answers, a name of its own.

The views are those of the addresses, so that a new export is tested as soon as it has an address.
"""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from openpyxl import load_workbook
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from common.spreadsheets import DAY, MOMENT
from tests.visibility.conftest import world

__all__ = ["world"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_database,
    pytest.mark.time_machine("2026-12-02T12:00:00Z", tick=False),
    pytest.mark.filterwarnings("ignore:.* is defined as Indexable:RuntimeWarning"),
]

EXPECTED = {
    "wagtailusers_users:index",
    "wagtailsnippets_participation_proposal:list",
    "desk_entries:list",
    "findings:list",
    "places:list",
    "wagtailsnippets_inclusion_workshop:list",
    "wagtailsnippets_committee_member:list",
    "committee_sessions:list",
    "indicator_values:list",
}
# Words that are French and English.
SAME_WORDS = {"action", "base", "commune", "site", "workflow"}
# What a program writes: an ISO date, a number with a point, a boolean.
RAW = re.compile(r"\d{4}-\d\d-\d\d.*|-?\d+\.\d+|True|False|None")


def exports(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yields the name of each view with an export, and its fields."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from exports(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif fields := fields_of(pattern):
            yield f"{namespace}{pattern.name}", fields


def fields_of(pattern: URLPattern) -> list[str]:
    view = pattern.callback
    while not hasattr(view, "view_class") and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    kind = getattr(view, "view_class", None)
    if not (kind and issubclass(kind, SpreadsheetExportMixin)) or "results" in (pattern.name or ""):
        return []
    return view.view_initkwargs.get("list_export") or kind.list_export


def letters(text: str) -> str:
    return re.sub("[^a-z]", "", text.lower())


def faults_of_headings(headings: list[str], fields: list[str]) -> list[str]:
    """Returns the headings that are identifiers, perhaps as words."""
    return [
        heading
        for heading, field in zip(headings, fields, strict=True)
        if letters(heading) in {letters(field), letters(field.rpartition(".")[2])} - SAME_WORDS
    ]


def faults_of_cells(rows: list[list[object]]) -> list[object]:
    return [cell for row in rows for cell in row if RAW.fullmatch(str(cell)) and isinstance(cell, str | bool)]


def test_every_export_has_french_headings_one_format_and_a_name(world):
    found, faults, with_rows = dict(exports()), {}, set()
    assert found.keys() >= EXPECTED
    browser = world.browser("administrator")
    for name, fields in found.items():
        answer = browser.get(reverse(name), {"export": "csv"})
        lines = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline=""), delimiter=";"))
        book = load_workbook(io.BytesIO(browser.get(reverse(name), {"export": "xlsx"}).getvalue())).active
        cells = [cell for row in book.iter_rows(min_row=2) for cell in row]
        days = [cell.number_format for cell in cells if isinstance(cell.value, date)]
        file = re.search('filename="(.*)[.]csv"', answer["Content-Disposition"])[1]
        wrong = [
            *faults_of_headings(lines[0], fields),
            *faults_of_cells(lines[1:]),
            *faults_of_cells([[cell.value] for cell in cells if not isinstance(cell.value, datetime)]),
            *({*days} - {DAY, MOMENT}),
            *([] if re.fullmatch("[a-z][a-z-]+", file) else [f"file {file}"]),
        ]
        if wrong:
            faults[name] = wrong
        if len(lines) > 1:
            with_rows.add(name)
    assert faults == {}
    assert with_rows >= EXPECTED


def test_list_without_an_export_answers_404(world):
    assert world.browser("administrator").get(reverse("failing_links:list"), {"export": "csv"}).status_code == 404
