"""URLs not found (404): counted within limits, without data about visitors, redirected in one step."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect

from cms import services
from cms.models import MissingAddress
from cms.services import forget_missing_addresses, note_missing_address
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


def rows() -> dict[str, int]:
    return dict(MissingAddress.objects.values_list("path", "count"))


def test_url_is_counted_once_a_minute_without_its_query_string(client, clock):
    for _ in range(3):
        assert client.get("/ancien-site/Accueil.html?email=a@b.example").status_code == 404
    assert rows() == {"/ancien-site/Accueil.html": 1}
    clock.shift(61)
    client.get("/ancien-site/Accueil.html")
    assert rows() == {"/ancien-site/Accueil.html": 2}


def test_only_path_count_and_two_dates_are_stored():
    names = {field.name for field in MissingAddress._meta.get_fields()}
    assert names == {"id", "path", "count", "first_asked_on", "last_asked_on"}


@pytest.mark.parametrize(
    "path",
    [
        "/desinscription/MTI6MXZ4a0pI:aBcD-3fG9/",
        "/lettre/confirmer/eyJwIjoxfQ1tVa/",
        "/propositions/fichiers/6f1c2b3a-4d5e-6f70-8192-a3b4c5d6e7f8/",
        "/odile@ville.example/",
        "/0612345678/",
        "/.env",
        "/wp-login.php",
        "/index.php",
        "/admin/rien/",
        f"/{'mot-' * 60}fin/",
    ],
)
def test_tokens_personal_data_and_probes_are_not_stored(client, path):
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    assert rows() == {}
    assert not [query for query in queries.captured_queries if "cms_missingaddress" in query["sql"]]


def test_post_requests_and_existing_pages_are_not_counted(client):
    client.post("/nulle-part/")
    client.get("/actualites/")
    assert rows() == {}


def test_number_of_stored_urls_is_limited(monkeypatch):
    monkeypatch.setattr(services, "MAX_NEW_A_DAY", 2)
    monkeypatch.setattr(services, "MAX_MISSING_ADDRESSES", 3)
    words = ["un", "deux", "trois", "quatre", "cinq"]
    for word in words:
        note_missing_address(path=f"/{word}", today=TODAY)
    assert {*rows()} == {"/un", "/deux"}
    for word in words:
        note_missing_address(path=f"/{word}", today=TODAY + DAY)
    assert {*rows()} == {"/un", "/deux", "/trois"}
    with CaptureQueriesContext(connection) as queries:
        note_missing_address(path="/six", today=TODAY + 2 * DAY)
    assert not [query for query in queries.captured_queries if not query["sql"].startswith("SELECT")]


def test_url_without_requests_for_90_days_is_deleted():
    note_missing_address(path="/vieux", today=TODAY - 91 * DAY)
    note_missing_address(path="/recent", today=TODAY - 90 * DAY)
    assert forget_missing_addresses(now=NOW) == 1
    assert list(rows()) == ["/recent"]


def test_database_error_does_not_change_the_404_page(client, monkeypatch):
    def fail(**_arguments):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr("cms.middleware.note_missing_address", fail)
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text
    assert not answer.cookies


@pytest.mark.parametrize("role", ["Rédaction", "Animation"])
def test_missing_url_can_be_redirected_in_one_step(client, role):
    client.get("/ancienne-page/")
    editor = UserFactory()
    editor.groups.set(Group.objects.filter(name=role))
    client.force_login(editor)
    row = MissingAddress.objects.get()
    address = reverse("missing_addresses:redirect", args=[row.pk])
    assert address in client.get(reverse("missing_addresses:list")).text
    assert 'value="/ancienne-page"' in client.get(address).text

    sent = {"old_path": "/ancienne-page", "is_permanent": "on", "redirect_link": "https://ville.example/aide/"}
    client.post(reverse("wagtailredirects:add"), {"site": "", "redirect_page": "", **sent})
    assert Redirect.objects.get().old_path == "/ancienne-page"
    assert rows() == {}
    caches["local"].clear()
    assert client.get("/ancienne-page/").headers["Location"] == "https://ville.example/aide/"
    assert rows() == {}
