"""« État du site »: each part in plain words, with instructions for parts that do not work."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from mailing.models import Identity, Message
from mailing.ticking import beat
from operations import admin, queries
from operations.models import Fault
from tests.mailing.fakes import make_message

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
URL = "/admin/etat-du-site/"
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture(autouse=True)
def healthy_site(settings, monkeypatch, tmp_path):
    """Healthy site: no part needs action."""
    settings.MEDIA_ROOT = tmp_path
    settings.OPERATOR_EMAIL = "exploitation@ville.example"
    monkeypatch.setattr(admin, "waiting_rings", lambda: 0)
    beat(name="tick", now=NOW - MINUTE)
    beat(name="backup", now=NOW - 6 * 60 * MINUTE)


@pytest.fixture
def screen(client, editor_of):
    """Returns a function that reads the table: name of each part → (state, action)."""
    client.force_login(editor_of("Animation"))

    def read():
        table = BeautifulSoup(client.get(URL).content, "html.parser").select_one("table")
        rows = [[" ".join(cell.get_text().split()) for cell in row.select("td")] for row in table.select("tbody tr")]
        return {name: (sentences, act) for name, sentences, act in rows}

    return read


def needed_actions(parts):
    return {name.partition(" (")[0]: act for name, (_said, act) in parts.items() if act != "Rien"}


def test_healthy_site_needs_no_action(screen, client):
    parts = screen()
    assert needed_actions(parts) == {}
    assert [name.partition(" (")[0] for name in parts] == [
        "Horloge du site",
        "Courtier",
        "E‑mails",
        "Sauvegarde",
        "Base de données",
        "Stockage",
        "Erreurs",
        "Version",
    ]
    assert "Tout fonctionne." in client.get(URL).content.decode()


@pytest.mark.parametrize(
    ("rings", "sentence"),
    [(None, "Redémarrez le courtier"), (7, "Redémarrez le worker"), (0, "Redémarrez beat")],
    ids=["broker", "worker", "beat"],
)
def test_stopped_clock_names_the_process_to_restart(screen, monkeypatch, rings, sentence):
    monkeypatch.setattr(admin, "waiting_rings", lambda: rings)
    beat(name="tick", now=NOW - 11 * MINUTE)
    assert sentence in needed_actions(screen())["Horloge du site"]


def test_clock_set_back_is_reported(screen):
    beat(name="tick", now=NOW + 60 * MINUTE)
    sentences, _act = next(part for name, part in screen().items() if name.startswith("Horloge"))
    assert "a reculé" in sentences


def test_late_and_held_mails_are_reported(screen, settings):
    make_message(now=NOW - 16 * MINUTE)
    assert "en retard" in needed_actions(screen())["E‑mails"]
    Message.objects.update(state=Message.State.HELD)
    assert "retenus" in needed_actions(screen())["E‑mails"]
    Identity.objects.update_or_create(
        pk=1, defaults={"name": settings.MAIL_IDENTITY, "adopted_at": NOW, "restored_from": NOW}
    )
    Message.objects.all().delete()
    assert "Dites lesquels partent" in needed_actions(screen())["E‑mails"]
    Identity.objects.update(name="https://autre.example")
    assert "autre site" in needed_actions(screen())["E‑mails"]


@pytest.mark.parametrize("hours", [31, None])
def test_old_or_missing_backup_is_reported(screen, hours):
    if hours:
        beat(name="backup", now=NOW - hours * 60 * MINUTE)
    else:
        queries.Heartbeat.objects.filter(name="backup").delete()
    assert "Sauvegarde" in needed_actions(screen())


def test_missing_migrations_full_disk_and_unreported_errors_are_shown(screen, monkeypatch, settings):
    settings.OPERATOR_EMAIL = ""
    monkeypatch.setattr(admin, "missing_migrations", lambda: 2)
    monkeypatch.setattr(admin, "LITTLE_ROOM", 2**62)
    assert set(needed_actions(screen())) == {"Base de données", "Stockage", "Erreurs"}


@pytest.mark.usefixtures("object_store")
def test_object_store_has_no_disk_to_fill(screen, monkeypatch, settings):
    settings.S3_BUCKET, settings.S3_ENDPOINT = "comite", "https://s3.fr-par.scw.cloud"
    monkeypatch.setattr(admin, "LITTLE_ROOM", 2**62)
    assert screen()["Stockage"] == (
        "Les fichiers sont dans le stockage objet comite, chez s3.fr-par.scw.cloud.",
        "Rien",
    )


def test_latest_errors_are_listed_with_place_and_request_id(client, editor_of):
    Fault.objects.create(
        fingerprint="1",
        kind="TypeError",
        place="polls/views.py in answer",
        request_id="proxy-01",
        count=3,
        first_at=NOW,
        last_at=NOW,
    )
    client.force_login(editor_of("Animation"))
    page = client.get(URL).content.decode()
    assert "polls/views.py in answer" in page
    assert "proxy-01" in page


@pytest.fixture
def panel(client, editor_of):
    """Returns a function that reads the dashboard panel: names of the listed parts; None if the panel is absent."""

    def read(group="Animation"):
        client.force_login(editor_of(group))
        section = BeautifulSoup(client.get("/admin/").content, "html.parser").select_one("#etat-du-site")
        if section is None:
            return None
        assert URL in [link["href"] for link in section.select(".work-panel__links a")]
        tasks = [
            task.select_one(".work-panel__title").get_text(strip=True) for task in section.select(".work-panel__task")
        ]
        return [name.partition(" (")[0] for name in tasks]

    return read


def test_dashboard_has_no_panel_for_a_healthy_site(panel, monkeypatch):
    """The broker is not queried, because a broker that is down answers slowly."""
    monkeypatch.setattr(admin, "waiting_rings", lambda: pytest.fail("asked"))
    assert panel() is None


def test_dashboard_panel_lists_problems_to_permitted_groups(panel, settings):
    settings.OPERATOR_EMAIL = ""
    queries.Heartbeat.objects.filter(name="backup").delete()
    beat(name="tick", now=NOW - 11 * MINUTE)
    assert panel() == ["Horloge du site", "Sauvegarde", "Erreurs"]
    assert panel("Rédaction") is None
    settings.DEMONSTRATION = True
    assert panel() is None


def test_unreachable_broker_returns_none(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert queries.waiting_rings() is None
