"""Pages that the proxy shows while nobody answers it."""

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command

from cms.models import SiteConfiguration

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_they_say_who_it_is_and_whom_to_call_and_load_nothing(tmp_path, capsys):
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
        # Everything that a page may load would come from the site that does not answer.
        assert not tree.select("link, script, img, iframe")
        assert "url(" not in tree.style.string
        assert len(path.read_bytes()) < 40_000


def test_a_second_time_replaces_the_first(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    call_command("write_error_pages", tmp_path)
    settings.WAGTAIL_SITE_NAME = "Conseil des usagers"
    call_command("write_error_pages", tmp_path)
    assert "Conseil des usagers" in (tmp_path / "503.html").read_text(encoding="utf-8")
