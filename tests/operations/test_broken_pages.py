"""Error pages that the proxy shows while the site does not answer."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command

from cms.models import SiteConfiguration
from mailing.ticking import tick
from tests.factories import UserFactory

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_error_pages_show_institution_and_phone_and_load_no_resource(tmp_path):
    configuration = SiteConfiguration.load()
    configuration.institution, configuration.phone = "Ville de Lingolsheim", "03 88 00 00 01"
    configuration.save()
    call_command("write_error_pages", tmp_path / "pages")
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == ["502.html", "503.html", "504.html"]
    for path in (tmp_path / "pages").iterdir():
        tree = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        text = " ".join(tree.get_text().split())
        assert "Ville de Lingolsheim" in text
        assert "03\u00a000" not in text
        assert tree.select_one('a[href^="tel:"]')["href"] == "tel:+33388000001"
        assert len(tree.select("h1")) == 1
        assert tree.html["lang"] == "fr"
        # Any resource loaded by the page would come from the site, which does not answer.
        assert not tree.select("link, script, img, iframe")
        assert "url(" not in tree.style.string
        assert len(path.read_bytes()) < 40_000


@pytest.fixture
def folder(tmp_path, settings):
    """Creates the folder of the proxy."""
    settings.ERROR_PAGES_DIR = tmp_path / "pages"
    settings.ERROR_PAGES_DIR.mkdir()
    return settings.ERROR_PAGES_DIR


def change_phone(phone):
    configuration = SiteConfiguration.load()
    configuration.phone = phone
    configuration.save()


def test_tick_writes_error_pages_only_after_changes(folder):
    assert "3 pages of errors written" in str(tick(now=NOW))
    assert "pages of errors" not in str(tick(now=NOW))
    change_phone("03 88 00 00 02")
    assert "3 pages of errors written" in str(tick(now=NOW))
    assert all("tel:+33388000002" in path.read_text(encoding="utf-8") for path in folder.iterdir())
    # The proxy reads them under another account.
    assert {path.name: oct(path.stat().st_mode)[-3:] for path in folder.iterdir()} == {
        "502.html": "644",
        "503.html": "644",
        "504.html": "644",
    }
    (folder / "503.html").unlink()
    tick(now=NOW)
    assert (folder / "503.html").exists()


def test_nothing_is_written_without_the_folder(tmp_path, settings):
    settings.ERROR_PAGES_DIR = tmp_path / "pages"
    assert "pages of errors" not in str(tick(now=NOW))
    assert not settings.ERROR_PAGES_DIR.exists()


def test_unwritable_folder_is_logged_and_shown_on_the_state_page(folder, client, caplog):
    client.force_login(UserFactory(is_superuser=True))

    def row_text():
        page = BeautifulSoup(client.get("/admin/etat-du-site/").content, "html.parser")
        (row,) = [row for row in page.select("tbody tr") if "Pages d’une panne" in row.get_text()]
        return " ".join(row.get_text().split())

    tick(now=NOW)
    assert "À faire" not in row_text()
    change_phone("03 88 00 00 03")
    # A folder in place of the file makes it unwritable even for root.
    (folder / ".502.html").mkdir()
    tick(now=NOW)
    assert "the pages of errors cannot be written" in caplog.text
    assert f"laissez le compte du worker écrire dans {folder}" in row_text()
    (folder / ".502.html").rmdir()
    tick(now=NOW)
    assert "À faire" not in row_text()
