"""Accessibility statement, whose state may not be better than the audit's result."""

import ast
import datetime as dt
import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cms.models import AccessibilityPage, SiteConfiguration
from cms.quality.accessibility import CHECKS, KINDS, LAST_AUDIT, last_runs
from home.services.starter_texts import load_texts
from tools.audit.record import RECORD, RECORDED_FIGURES

ROOT = Path(__file__).parents[2]
PATH = "/accessibilite/"
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
Status = SiteConfiguration.AccessibilityStatus
AUDIT = {
    "accessibility_audited_on": dt.date(2026, 10, 1),
    "accessibility_auditor": "Odile M.",
    "accessibility_rate": 74.5,
}


def read(client, path=PATH):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ").replace("\u2011", "-")


def configure(**fields):
    configuration = SiteConfiguration.load()
    for name, value in fields.items():
        setattr(configuration, name, value)
    configuration.full_clean()
    configuration.save()


def test_accessibility_page_exists_with_title_and_introduction():
    page = AccessibilityPage.objects.get()
    assert page.url == PATH
    assert page.title == "Accessibilité"
    assert page.introduction


def test_page_without_audit_shows_not_compliant_and_the_reason(client):
    page = read(client)
    assert "<strong>non conforme</strong>" in page
    assert "personne n’a encore contrôlé" in page
    assert "Accessibilité : non conforme" in read(client, "/")


def test_statement_has_the_parts_of_the_legal_model_in_order(client):
    load_texts(NOW)
    page = read(client)
    parts = [
        "etat",
        "tests",
        "ce-que-nous-testons",
        "controles",
        "personnes",
        "non-accessible",
        "declaration",
        "technologies",
        "environnement",
    ]
    positions = [page.index(f'id="{part}"') for part in [*parts, "contact", "recours", "schema"]]
    assert positions == sorted(positions)
    for words in ("Défenseur des droits", "Libre réponse 71120", "03 00 00 00 00", "contact@comite.example"):
        assert words in page.partition("<main")[2].partition("</main")[0]
    assert page.count("<h1") == 1


def test_page_shows_audit_date_auditor_and_rate_and_footer_shows_status(client):
    configure(accessibility_status=Status.PARTIALLY_COMPLIANT, **AUDIT)
    page = read(client)
    assert "<strong>partiellement conforme</strong>" in page
    for fact in ("1er octobre 2026", "Odile M.", "74,5 %"):
        assert fact in page
    assert "Accessibilité : partiellement conforme" in read(client, "/actualites/")


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"accessibility_audited_on": None}, "accessibility_audited_on"),
        ({"accessibility_audited_on": dt.date(2026, 11, 25)}, "accessibility_audited_on"),
        ({"accessibility_auditor": " "}, "accessibility_auditor"),
        ({"accessibility_rate": None}, "accessibility_rate"),
        ({"accessibility_rate": 49.99}, "accessibility_rate"),
        ({"accessibility_rate": 100.5}, "accessibility_rate"),
    ],
)
def test_better_status_requires_a_complete_and_valid_audit(missing, field):
    with pytest.raises(ValidationError) as refusal:
        configure(**{"accessibility_status": Status.PARTIALLY_COMPLIANT, **AUDIT, **missing})
    assert list(refusal.value.message_dict) == [field]


@pytest.mark.parametrize(("rate", "is_allowed"), [(99.99, False), (100, True)])
def test_fully_compliant_requires_a_rate_of_100_percent(rate, is_allowed):
    fields = {"accessibility_status": Status.FULLY_COMPLIANT, **AUDIT, "accessibility_rate": rate}
    if is_allowed:
        configure(**fields)
    else:
        with pytest.raises(ValidationError):
            configure(**fields)


def test_database_constraint_refuses_compliance_without_audit():
    SiteConfiguration.load()
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteConfiguration.objects.update(accessibility_status=Status.FULLY_COMPLIANT)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.test)
def test_each_check_names_an_existing_test(check):
    """Each line names a test, which must exist."""
    file, _, name = check.test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_page_lists_each_check_once(client):
    page = read(client)
    for check in CHECKS:
        assert page.count(str(check.words).replace("\u00a0", " ")) == 1


def test_page_has_the_words_of_each_recorded_check_of_the_audit():
    """Each recorded check of the audit has its words, which refer only to recorded figures."""
    assert RECORD == LAST_AUDIT
    assert set(KINDS) == set(RECORDED_FIGURES)
    for check, kind in KINDS.items():
        assert str(kind.seen) % dict.fromkeys(RECORDED_FIGURES[check], "12")


def test_page_shows_last_runs_with_day_tool_and_commit(client, monkeypatch, tmp_path):
    kept = {
        "axe": run("2026-11-20", "axe-core 4.14.1", {"pages": 300, "runs": 1200}, 0),
        "crawl": run("2026-11-21", "", {"pages": 412}, 3),
        "a check that is no more": run("2026-01-01", "", {}, 0),
    }
    write_runs(monkeypatch, tmp_path, kept)
    table = read(client).partition('id="controles"')[2].partition("</table>")[0]
    for words in ("300 pages et états", "1200 fois", "axe-core 4.14.1", "20 novembre 2026", "version 0123abcdef"):
        assert words in table
    for words in ("412 pages", "3 erreurs", "notre propre programme", "21 novembre 2026"):
        assert words in table
    assert table.count("<strong>aucune erreur</strong>") == 1
    assert table.count("<tr>") == 1 + 2


def test_page_shows_no_result_without_runs(client, monkeypatch, tmp_path):
    write_runs(monkeypatch, tmp_path, {})
    page = read(client)
    assert "Aucun résultat n’est encore enregistré." in page
    assert "aucune erreur" not in page


def test_every_run_of_the_record_in_the_repository_is_read():
    runs = last_runs()
    assert len(runs) == len(json.loads(LAST_AUDIT.read_text(encoding="utf-8")))
    assert all(run.commit and run.day.year > 2025 for run in runs)


def test_tests_with_people_are_shown_once_an_editor_describes_them(client):
    assert "Aucun test avec des personnes n’a encore eu lieu." in read(client)
    page = AccessibilityPage.objects.get()
    page.tests_with_people = [("text", "Le 3 mars 2027, avec cinq personnes.")]
    page.save_revision().publish()
    told = read(client)
    assert "Le 3 mars 2027, avec cinq personnes." in told
    assert "Aucun test avec des personnes" not in told


def run(day, tool, seen, faults):
    return {"day": day, "commit": "0123abcdef", "tool": tool, "seen": seen, "faults": faults}


def write_runs(monkeypatch, tmp_path, kept):
    file = tmp_path / "last_audit.json"
    file.write_text(json.dumps(kept))
    monkeypatch.setattr("cms.models.accessibility.last_runs", lambda: last_runs(file))
