"""Comparison of metropolises in a browser: one user records, another publishes, readers see it with its source."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.people import PHONE_WIDTH
from tests.veille.benchmark import make_city, make_criterion
from veille.models import Observation

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.thorough,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.mark.guide("Comparer les métropoles")
@pytest.mark.parametrize("walker", [PHONE_WIDTH], indirect=True)
def test_observation_is_published_by_a_second_reader_with_a_source(walker):
    make_city("Strasbourg", slug="strasbourg", is_ours=True)
    make_city("Lyon", slug="lyon")
    make_criterion("Un guichet aide-t-il à faire ses démarches ?")
    page = walker.page
    walker.work_as("Rédaction")
    walker.open("/admin/grille-du-comparatif/")
    page.get_by_text("Ce qui manque").click()
    walker.follow("Noter une observation pour Lyon")
    walker.fill(value="oui", source_url="https://lyon.example/guichet")
    walker.date("source_seen_on", f"{timezone.localdate() - timedelta(days=1):%d/%m/%Y}")
    walker.press("Enregistrer")
    walker.shows_message("Lyon")
    walker.follow("Relire…")
    walker.read("une autre personne la relit")
    assert not Observation.objects.published().exists()

    walker.work_as("Animation")
    walker.open("/admin/constats-du-comparatif/")
    walker.follow("Relire…")
    walker.press("Publier ce que j’ai relu")
    walker.shows_message("1 observation est publiée")
    walker.open("/veille/comparatif/")
    lyon = page.locator(".compare td", has_text="Lyon")
    expect(lyon).to_contain_text("Oui")
    expect(lyon.get_by_role("link")).to_have_attribute("href", "https://lyon.example/guichet")
    expect(page.locator(".compare td.compare__ours")).to_contain_text("Non renseigné")
