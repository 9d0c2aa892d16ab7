"""Comparison of metropolises in a browser: one person records, another publishes, readers see it with its source."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_editing import sign_in_as
from tests.veille.benchmark import make_city, make_criterion
from veille.models import Observation

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.thorough,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.mark.guide("Comparer les métropoles")
def test_two_people_publish_a_finding_and_readers_see_its_source(watched, live_server):
    make_city("Strasbourg", slug="strasbourg", is_ours=True)
    make_city("Lyon", slug="lyon")
    make_criterion("Un guichet aide-t-il à faire ses démarches ?")
    with watched(width=360) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto("/admin/grille-du-comparatif/")
        page.get_by_text("Ce qui manque").click()
        page.get_by_role("link", name="Noter un constat pour Lyon").click()
        page.get_by_role("textbox", name="Ce qui a été trouvé").fill("oui")
        page.get_by_role("textbox", name="Adresse de la source").fill("https://lyon.example/guichet")
        page.get_by_role("textbox", name="Source consultée le").fill("01/11/2026")
        page.locator("footer button[type=submit], .footer button[type=submit]").first.click()
        expect(page.locator(".messages")).to_contain_text("Lyon")
        page.get_by_role("link", name=re.compile("Relire…")).click()
        expect(page.locator("main")).to_contain_text("une autre personne le relit")
    assert not Observation.objects.published().exists()
    with watched(width=360) as page:
        sign_in_as(page, live_server, "Animation")
        page.goto("/admin/snippets/veille/observation/")
        page.get_by_role("link", name=re.compile("Relire…")).click()
        page.get_by_role("button", name="Publier ce que j’ai relu").click()
        expect(page.locator(".messages .success")).to_contain_text("1 constat est publié")
        page.goto("/veille/comparatif/")
        lyon = page.locator(".compare td", has_text="Lyon")
        expect(lyon).to_contain_text("Oui")
        expect(lyon.get_by_role("link")).to_have_attribute("href", "https://lyon.example/guichet")
        expect(page.locator(".compare td", has_text="Strasbourg")).to_contain_text("Non renseigné")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
