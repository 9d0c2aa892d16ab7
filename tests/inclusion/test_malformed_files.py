"""Malformed and hostile files of places: each invalid row is listed with its line and the reason."""

import datetime as dt
import os
import tracemalloc
from itertools import cycle
from time import process_time

import pytest

from inclusion.models import Place
from inclusion.services.imports import import_places
from tests.hostile import TEXTS
from tests.inclusion.files import HEADER, national_row, written

NOW = dt.datetime(2019, 6, 1, 9, tzinfo=dt.UTC)
# The size of the national file if `LONG=1`.
ROWS = 20_000 if os.environ.get("LONG") == "1" else 2_000
# Invalid cells, and the text that the reason must contain.
FAULTS = {
    "no identifier": ({"id": ""}, "id"),
    "no name": ({"nom": "  "}, "nom"),
    "a name that shows nothing": ({"nom": "\u200b"}, "nom"),
    "no commune": ({"commune": ""}, "commune"),
    "no postal code": ({"code_postal": ""}, "code_postal"),
    "a short postal code": ({"code_postal": "6700"}, "code_postal"),
    "a bad INSEE code": ({"code_insee": "STRAS"}, "code_insee"),
    "latitude alone": ({"longitude": ""}, "longitude"),
    "latitude in words": ({"latitude": "nord"}, "latitude"),
    "off the earth": ({"latitude": "200"}, "latitude"),
    "not a number": ({"latitude": "nan"}, "latitude"),
    "turned round": ({"latitude": "7.75", "longitude": "48.58"}, "France"),
    "null island": ({"latitude": "0", "longitude": "0"}, "France"),
    "in Berlin": ({"latitude": "52.52", "longitude": "13.40"}, "France"),
    "an unknown service": ({"services": "Réparer des vélos"}, "Réparer des vélos"),
    "unknown fees": ({"frais_a_charge": "Pas cher"}, "Pas cher"),
    "an unknown kind": ({"typologie": "ASSO|XYZ"}, "XYZ"),
    "no date": ({"date_maj": "hier"}, "date_maj"),
    "a long name": ({"nom": "x" * 201}, "nom"),
    "a long address": ({"adresse": "x" * 251}, "adresse"),
}
LEFT_OUT = {
    "pivot": "123",
    "telephone": "demander Odile",
    "courriels": "odile chez lieu",
    "site_web": "javascript:alert(1)",
    "prise_rdv": "file:///etc/passwd",
    "fiche_acces_libre": "//lieu.example",
    "date_maj": "2019-06-02",
    "horaires": "x" * 501,
}

pytestmark = pytest.mark.django_db


def import_rows(rows):
    return import_places(written(rows), now=NOW)


@pytest.mark.parametrize(("cells", "named"), FAULTS.values(), ids=FAULTS.keys())
def test_invalid_row_is_refused_with_the_reason(cells, named):
    done = import_rows([national_row(1), national_row(2, **cells), national_row(3)])
    assert (done.created, [one.line for one in done.refused]) == (2, [3])
    assert named in done.refused[0].reason


def test_rows_with_a_duplicate_identifier_are_refused():
    done = import_rows([national_row(1), national_row(1, nom="Un autre"), national_row("1 ")])
    assert [(one.line, one.reason) for one in done.refused] == [
        (3, "La ligne 2 a déjà cet identifiant."),
        (4, "La ligne 2 a déjà cet identifiant."),
    ]
    assert Place.objects.get().name == "Lieu 1"


def test_rows_with_too_few_or_too_many_cells_are_refused():
    done = import_rows(['"un"\r\n', national_row(1), ",".join(["x"] * 40) + "\r\n"])
    assert (done.created, [one.line for one in done.refused]) == (1, [2, 4])


def test_line_number_of_a_row_is_that_of_its_start():
    done = import_rows([national_row(1, presentation_detail="un\ndeux\ntrois"), national_row(2, nom="")])
    assert [one.line for one in done.refused] == [5]


@pytest.mark.parametrize(("column", "cell"), LEFT_OUT.items(), ids=LEFT_OUT.keys())
def test_invalid_optional_cell_is_omitted_and_reported(column, cell):
    done = import_rows([national_row(1, **{column: cell})])
    assert (done.created, done.refused) == (1, [])
    assert [(one.line, one.reason.partition("\u00a0:")[0]) for one in done.left_out] == [(2, column)]
    assert not getattr(Place.objects.get(), Place.NATIONAL[column])
    Place.objects.get().full_clean()


def test_unreadable_hours_are_imported_and_reported():
    done = import_rows([national_row(1, horaires="tous les jours sauf le mardi")])
    assert (done.created, [one.reason.partition("\u00a0:")[0] for one in done.left_out]) == (1, ["horaires"])
    assert Place.objects.get().hours == "tous les jours sauf le mardi"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_hostile_texts_in_each_column(text):
    """No error: a row is either imported as escaped text, or refused and listed."""
    rows = [national_row(number, **{column: text}) for number, column in enumerate(HEADER)]
    done = import_rows(rows)
    assert done.created + len(done.refused) == len(HEADER)
    for place in Place.objects.all():
        assert "\x00" not in place.name + place.details + place.hours
        assert "<script" not in place.name + place.details + place.summary
        place.full_clean()


def test_apostrophe_before_a_formula_is_removed_on_import():
    import_rows([national_row(1, nom="'=1+1"), national_row(2, nom="'Ô temps")])
    assert {*Place.objects.values_list("name", flat=True)} == {"=1+1", "'Ô temps"}


@pytest.mark.thorough
def test_import_of_a_malformed_national_file_reports_each_refused_row():
    """A file as large as the national one, in which each third row is invalid in one of many ways."""
    faults, bad = cycle(FAULTS.values()), {}
    rows = []
    for number in range(ROWS):
        cells, named = next(faults) if number % 3 == 0 else ({}, "")
        rows.append(national_row(number, **cells))
        if cells:
            bad[number + 2] = named
    file = written(rows)
    del rows
    # First a dry run with traced memory, which takes four times as long; then the timed import.
    tracemalloc.start()
    import_places(file, now=NOW, dry_run=True)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    start = process_time()
    done = import_places(file, now=NOW)
    seconds = process_time() - start
    print(f"{ROWS} rows: {seconds:.1f} s of CPU, {peak:.0f} MB at most, {len(done.refused)} refused")  # noqa: T201
    assert peak < 100
    assert {one.line for one in done.refused} == set(bad)
    assert all(bad[one.line] in one.reason for one in done.refused)
    assert done.created == ROWS - len(bad) == Place.objects.count()
