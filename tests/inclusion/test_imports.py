"""Imports of files of places: new, changed, unchanged and removed places; layouts; dry run; encodings."""

import datetime as dt
import io
import json
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from common.tables import FileRefused
from inclusion.models import Place
from inclusion.services.imports import import_places
from inclusion.services.layouts import hours_of_week
from tests.factories import UserFactory
from tests.inclusion.files import FRANCE_SERVICES, HEADER, as_json, national_row, written

NOW = dt.datetime(2019, 6, 1, 9, tzinfo=dt.UTC)
SHARED = Path(__file__).resolve().parents[3] / "shared/data/indicateurs-inclusion-numerique"
needs_shared_files = pytest.mark.skipif(not SHARED.is_dir(), reason="material outside the project: lists of places")

pytestmark = pytest.mark.django_db


def import_rows(rows, **kwargs):
    file = rows if isinstance(rows, io.BytesIO) else written(rows)
    return import_places(file, now=NOW, **kwargs)


def counts(done):
    return done.created, done.updated, done.unchanged, len(done.refused)


def test_second_import_of_a_file_changes_nothing():
    rows = [national_row(number) for number in range(3)]
    assert counts(import_rows(rows)) == (3, 0, 0, 0)
    before = [*Place.objects.order_by("pk").values()]
    assert counts(import_rows(rows)) == (0, 0, 3, 0)
    assert [*Place.objects.order_by("pk").values()] == before


def test_each_column_is_imported():
    import_rows([national_row(1, itinerance="Itinérant", horaires="Mo 9:00-10:00", autres_formations_labels="A|B")])
    place = Place.objects.get()
    assert (place.name, place.commune, place.services[1]) == (
        "Lieu 1",
        "Strasbourg",
        "Utilisation sécurisée du numérique",
    )
    assert (place.pivot, place.other_labels, place.updated_on) == ("", ("A", "B"), dt.date(2019, 1, 14))
    assert (place.published_at, place.listed_in) == (NOW, "mediation-numerique")
    place.full_clean()


def test_dry_run_returns_the_same_result_and_writes_nothing():
    import_rows([national_row(1), national_row(2)])
    before = [*Place.objects.order_by("pk").values()]
    rows = [national_row(1, nom="Autre nom"), national_row(3), national_row(4, nom="")]
    tried = import_rows(rows, dry_run=True)
    assert (counts(tried), tried.gone) == ((1, 1, 0, 1), ["Lieu 2"])
    assert [*Place.objects.order_by("pk").values()] == before
    assert import_rows(rows) == tried


def test_removed_place_is_marked_and_becomes_public_if_listed_again():
    import_rows([national_row(1), national_row(2)])
    assert import_rows([national_row(1)]).gone == ["Lieu 2"]
    gone = Place.objects.get(identifier="lieu-2")
    assert gone.left_on == dt.date(2019, 6, 1)
    assert not gone.is_public
    assert counts(import_rows([national_row(1), national_row(2)])) == (0, 1, 1, 0)
    assert Place.objects.public().count() == 2


def test_file_of_another_department_or_list_removes_nothing():
    import_rows([national_row(1)])
    assert import_rows([national_row(9, code_insee="68066", code_postal="68000", commune="Colmar")]).gone == []
    assert import_rows(written([fs_row()], FRANCE_SERVICES)).gone == []


def test_refused_row_is_not_treated_as_removed():
    import_rows([national_row(1), national_row(2)])
    done = import_rows([national_row(1), national_row(2, latitude="200")])
    assert (counts(done), done.gone) == ((0, 0, 1, 1), [])


@pytest.mark.parametrize("rest", ['"' + "x" * 200_000, '"lieu-2","Lieu', '"lieu-2","Lieu 2\r\nlieu-3,Lieu 3\r\n'])
def test_truncated_file_removes_nothing(rest):
    import_rows([national_row(1), national_row(2)])
    done = import_rows([national_row(1), rest])
    assert (counts(done), done.gone) == ((0, 0, 1, 1), [])
    assert "à partir de cette ligne" in done.refused[0].reason


def test_correction_by_an_editor_remains_until_the_list_changes():
    import_rows([national_row(1)])
    editor = UserFactory()
    Place.objects.update(phone="03 11 11 11 11", checked_on=dt.date(2019, 5, 1), checked_by=editor)
    assert counts(import_rows([national_row(1)])) == (0, 0, 1, 0)
    assert Place.objects.get().phone == "03 11 11 11 11"
    import_rows([national_row(1, telephone="03 22 22 22 22")])
    place = Place.objects.get()
    assert (place.phone, place.checked_by) == ("03 22 22 22 22", editor)


def test_unpublished_place_remains_unpublished():
    import_rows([national_row(1)])
    Place.objects.update(published_at=None)
    import_rows([national_row(1, nom="Nouveau nom")])
    assert Place.objects.get().published_at is None


@pytest.mark.indexed
def test_search_finds_new_and_changed_places():
    def found(word):
        return [place.identifier for place in Place.objects.search(word)]

    import_rows([national_row(1, nom="Zinnia"), national_row(2, nom="Dahlia")])
    assert (found("zinnia"), found("dahlia")) == (["lieu-1"], ["lieu-2"])
    import_rows([national_row(1, nom="Capucine")], dry_run=True)
    assert found("capucine") == []
    import_rows([national_row(1, nom="Capucine")])
    assert (found("capucine"), found("zinnia")) == (["lieu-1"], [])


def test_number_of_queries_of_an_import_is_constant(django_assert_max_num_queries):
    import_rows([national_row(number) for number in range(3)])
    with django_assert_max_num_queries(30) as few:
        import_rows([national_row(number, nom=f"Café {number}") for number in range(3)])
    with django_assert_max_num_queries(len(few)):
        import_rows([national_row(number, nom=f"Foyer {number}") for number in range(6)])


@pytest.mark.parametrize(
    ("encoding", "start"),
    [("utf-8", ""), ("utf-8", "\ufeff"), ("cp1252", ""), ("utf-16", "")],
    ids=["utf-8", "mark", "windows", "utf-16"],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_encodings_and_separators(encoding, start, delimiter):
    done = import_rows(
        written([national_row(1, nom="Hœnheim, l’été")], delimiter=delimiter, encoding=encoding, start=start)
    )
    assert counts(done) == (1, 0, 0, 0)
    assert Place.objects.get().name == "Hœnheim, l’été"


def fs_row(**cells):
    return {
        "id_fs": "404",
        "lib_fs": "France services Exemple",
        "adresse": "3 rue de l’Exemple",
        "insee_com": "67482",
        "code_postal": "67100",
        "lib_com": "Strasbourg",
        "latitude": "48.5492",
        "longitude": "7.768703",
        "mail": "exemple@france-services.example",
        "telephone": "03 00 00 00 00",
        "h_lundi": "08:00 - 12:00 / 13:00 - 17:00",
        "itinerance": "Non",
        **cells,
    }


def test_layout_of_france_services():
    done = import_rows(written([fs_row(commentaire=r"Accueil\x20\xE0\x20l\x27\xE9tage")], FRANCE_SERVICES))
    assert counts(done) == (1, 0, 0, 0)
    place = Place.objects.get()
    assert (place.identifier, place.hours) == ("france-services-404", "Mo 08:00-12:00,13:00-17:00")
    assert (place.details, place.programmes) == ("Accueil à l'étage", ("France Services",))
    assert place.access_modes == ("Se présenter", "Téléphoner", "Contacter par mail")
    place.full_clean()


@pytest.mark.parametrize(
    ("cell", "hours", "faults"),
    [
        ("08:00 - 12:00 / 13:00 - 17:00", "Mo 08:00-12:00,13:00-17:00", 0),
        ("14:00 - 16:30", "Mo 14:00-16:30", 0),
        ("00:00 - 00:00", "", 1),
        ("00:00 - 00:00 / 09:00 - 12:00", "Mo 09:00-12:00", 1),
        ("17:00 - 13:00", "", 1),
        ("08:00 - 12:00 / 11:00 - 17:00", "Mo 08:00-12:00", 1),
        ("8h - 12h", "", 1),
        ("25:00 - 26:00", "", 1),
        ("", "", 0),
    ],
    ids=range(9),
)
def test_hours_are_converted_or_reported(cell, hours, faults):
    parsed, notes = hours_of_week({"Mo": cell})
    assert (parsed, len(notes)) == (hours, faults)


def test_overlapping_hours_are_reported():
    _found, [(_column, reason)] = hours_of_week({"Mo": "09:00 - 12:30 / 09:00 - 12:30"})
    assert "chevauche" in reason


def test_consecutive_days_with_equal_hours_are_grouped():
    same = "08:00 - 12:00"
    hours, _notes = hours_of_week({"Mo": same, "Tu": same, "We": "", "Th": same, "Fr": "13:00 - 14:00", "Sa": ""})
    assert hours == "Mo-Tu 08:00-12:00; Th 08:00-12:00; Fr 13:00-14:00"


def test_counsellors_are_imported_by_commune_without_coordinates():
    bodies = {"CENTRE": {"Siret": 45049986800021, "Code postal": 67100, "Code commune Insee": 67482,
                         "Nb de conseillers attribués": 2}}  # fmt: skip
    assert counts(import_rows(as_json(bodies))) == (1, 0, 0, 0)
    place = Place.objects.get()
    assert (place.commune, place.point, place.address) == ("Strasbourg", None, "")
    assert place.summary == "Postes de conseiller numérique\u00a0: 2."


@pytest.mark.parametrize(
    "content",
    [b"", b"a;b;c\n1;2;3\n", b"{", b"[1, 2]", b"\x00\xff\xfe" * 50, b'{"a": ' * 90_000],
    ids=["empty", "other columns", "broken", "numbers", "bytes", "deep"],
)
def test_file_without_a_list_of_places_is_refused(content):
    with pytest.raises(FileRefused):
        import_rows(io.BytesIO(content))


def test_new_and_outside_places_are_listed():
    done = import_rows([national_row(1), national_row(2, commune="Colmar", code_postal="68000", code_insee="68066")])
    assert done.new == ["Lieu 1 (Strasbourg)", "Lieu 2 (Colmar)"]
    assert done.elsewhere == ["Lieu 2 (Colmar)"]


def test_command_prints_a_json_object_or_a_summary(tmp_path, capsys):
    path = tmp_path / "lieux.csv"
    path.write_bytes(written([national_row(1), national_row(2, nom="")]).getvalue())
    with time_machine.travel(NOW, tick=False):
        call_command("import_places", str(path), json=True)
        call_command("import_places", str(path), dry_run=True)
    out, err = capsys.readouterr()
    first, second = out.splitlines()
    report = json.loads(first)
    assert {name: report[name] for name in ("created", "updated", "unchanged", "refused")} == {
        **{"created": 1, "updated": 0, "unchanged": 0, "refused": 1}
    }
    assert (report["refusals"][0]["line"], report["refusals"][0]["identifier"]) == (3, "lieu-2")
    assert "1" in second
    assert "lieu-2" in err


def test_missing_or_invalid_file_raises_a_command_error(tmp_path):
    with pytest.raises(CommandError):
        call_command("import_places", str(tmp_path / "none.csv"))
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="code_postal"):
        call_command("import_places", str(tmp_path / "other.csv"))


@needs_shared_files
def test_the_shared_list_of_france_services():
    path = SHARED / "france-services-67.csv"
    with path.open("rb") as file:
        done = import_places(file, now=NOW)
    with path.open("rb") as file:
        again = import_places(file, now=NOW)
    assert (counts(done), counts(again)) == ((25, 0, 0, 0), (0, 0, 25, 0))
    assert [(one.line, one.name) for one in done.left_out] == [(4, "France services Villé")]
    assert "00:00 - 00:00" in done.left_out[0].reason
    assert Place.objects.filter(insee_code__in=["67482", "67447", "67267"]).count() == 4
    assert not [place.name for place in Place.objects.all() if place.hours_are_unclear or "\\x" in place.details]
    days = [rule.split(" ")[0] for place in Place.objects.all() for rule in place.hours.split("; ") if rule]
    order = ["Mo", "Tu", "We", "Th", "Fr", "Sa"]
    spans = [order.index(day[-2:]) - order.index(day[:2]) + 1 for day in days]
    # 123 cells are filled; the second half of « 00:00 - 00:00 » is an opening period.
    assert sum(spans) == 123


@needs_shared_files
def test_the_shared_list_of_counsellors():
    with (SHARED / "conseillers-numeriques-eurometropole.json").open("rb") as file:
        assert counts(import_places(file, now=NOW)) == (18, 0, 0, 0)
    posts = [int(place.summary.removesuffix(".").split("\u00a0: ")[1]) for place in Place.objects.all()]
    assert (sum(posts), {place.point for place in Place.objects.all()}) == (23, {None})


def test_the_header_of_the_schema_has_each_column_once():
    assert len(set(HEADER)) == len(HEADER) == 32
