"""The declaration of accessibility, and the state that no one may say better than an audit does."""

import ast
import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cms.models import AccessibilityPage, SiteConfiguration
from cms.quality.accessibility import CHECKS
from home.services.starter_texts import load_texts

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
PATH = "/accessibilite/"
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
Status = SiteConfiguration.AccessibilityStatus
AUDIT = {
    "accessibility_audited_on": dt.date(2026, 10, 1),
    "accessibility_auditor": "Odile M.",
    "accessibility_rate": 74.5,
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


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


def test_the_page_of_the_tree_is_a_declaration(client):
    page = AccessibilityPage.objects.get()
    assert page.url == PATH
    assert page.title == "Accessibilité"
    assert page.introduction


def test_without_audit_the_site_is_not_compliant_and_says_why(client):
    page = read(client)
    assert "<strong>non conforme</strong>" in page
    assert "personne n’a encore contrôlé" in page
    assert "Accessibilité : non conforme" in read(client, "/")


def test_the_declaration_has_the_parts_of_the_legal_model_in_order(client):
    load_texts(NOW)
    page = read(client)
    parts = ["etat", "tests", "ce-que-nous-testons", "non-accessible", "declaration", "technologies", "environnement"]
    positions = [page.index(f'id="{part}"') for part in [*parts, "contact", "recours", "schema"]]
    assert positions == sorted(positions)
    for words in ("Défenseur des droits", "Libre réponse 71120", "03 00 00 00 00", "contact@comite.example"):
        assert words in page.partition("<main")[2].partition("</main")[0]
    assert page.count("<h1") == 1


def test_an_audit_is_told_with_its_date_auditor_and_rate_and_the_footer_follows(client):
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
def test_no_better_state_without_a_whole_audit(missing, field):
    with pytest.raises(ValidationError) as refusal:
        configure(**{"accessibility_status": Status.PARTIALLY_COMPLIANT, **AUDIT, **missing})
    assert list(refusal.value.message_dict) == [field]


@pytest.mark.parametrize(("rate", "is_allowed"), [(99.99, False), (100, True)])
def test_fully_compliant_is_a_hundred_percent(rate, is_allowed):
    fields = {"accessibility_status": Status.FULLY_COMPLIANT, **AUDIT, "accessibility_rate": rate}
    if is_allowed:
        configure(**fields)
    else:
        with pytest.raises(ValidationError):
            configure(**fields)


def test_the_database_refuses_it_too():
    SiteConfiguration.load()
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteConfiguration.objects.update(accessibility_status=Status.FULLY_COMPLIANT)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.shown_by)
def test_what_the_page_says_is_tested_is_tested(check):
    """Each line names a test; a line whose test has gone away would be a promise that nobody keeps."""
    file, _, name = check.shown_by.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_page_lists_every_check_once(client):
    page = read(client)
    for check in CHECKS:
        assert page.count(str(check.words).replace("\u00a0", " ")) == 1
