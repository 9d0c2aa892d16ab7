"""The journeys of `docs/editors.md` that no other file plays, on a wide screen and on a phone, to the page all read."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import expect

from digests.models import EditorialWord
from tests.browser.pages.visiting import sign_in
from tests.browser.test_coordinator import Walker
from tests.browser.test_editing import open_preview
from tests.factories import (
    CityServiceFactory,
    NewsPageFactory,
    ProposalFactory,
    ThemeFactory,
    UserFactory,
)
from veille.models import VeilleIndexPage

pytestmark = [
    pytest.mark.browser,
    # The tests of each app hold the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]


@pytest.fixture(params=[1280, 360])
def officer(request, watched, live_server, settings) -> Iterator[Walker]:
    settings.BASE_URL = live_server.url
    with watched(width=request.param, statuses=(404, 422)) as page:
        yield Walker(page, live_server.url)


def become(officer: Walker, group: str) -> None:
    person = UserFactory()
    person.groups.add(Group.objects.get(name=group))
    sign_in(officer.page.context, person, officer.site)


def test_a_service_answers_the_proposal_that_waits_for_longest(officer):
    """Docs: « Answer a proposal »."""
    proposal = ProposalFactory(title="Des horaires lisibles", answer_due_on=timezone.localdate() - timedelta(days=3))
    service = CityServiceFactory(name="Les médiathèques")
    become(officer, "Services")
    officer.open("/admin/propositions-en-attente/")
    officer.read("en retard de")
    officer.follow("Répondre…")
    officer.follow("Commencer avec une réponse vide")
    officer.select("decision", "acceptee")
    officer.fill(reasons="Les horaires seront affichés.", next_steps="Avant l’été.")
    officer.select("service", str(service.pk))
    officer.press("Enregistrer")
    officer.read("Ce que tout le monde lira", "Les horaires seront affichés.")
    officer.press("Publier")
    officer.open(proposal.get_absolute_url())
    officer.read("Les horaires seront affichés.", "Avant l’été.", "Les médiathèques")


def test_an_example_of_the_watch_is_published(officer):
    """Docs: « Publish an example of watch »."""
    theme, index = ThemeFactory(name="Guichets"), VeilleIndexPage.objects.get()
    become(officer, "Rédaction")
    officer.open(f"/admin/pages/add/veille/veilleentrypage/{index.pk}/")
    officer.fill(
        title="Un bus avec un agent",
        introduction="Gand envoie un agent dans les quartiers.",
        place="Gand (Belgique)",
        year="2018",
        lesson="Aller vers les gens.",
        source_url="https://gand.example/bus",
    )
    officer.select("theme", str(theme.pk))
    officer.publish()
    officer.open("/veille/")
    officer.follow("Un bus avec un agent")
    officer.read("Gand (Belgique)", "Aller vers les gens.")


def test_a_page_is_taken_back(officer):
    """Docs: « Take something back »."""
    news = NewsPageFactory(title="Un atelier annulé")
    news.save_revision().publish()
    become(officer, "Rédaction")
    officer.open("/actualites/")
    officer.read("Un atelier annulé")
    officer.open(f"/admin/pages/{news.pk}/edit/")
    withdraw = officer.page.get_by_role("link", name="Dépublier").first
    officer.unfold("Plus d'actions", withdraw)
    officer.follow("Dépublier")
    officer.press("Oui, dépublier")
    officer.open("/actualites/")
    officer.misses("Un atelier annulé")


def test_the_editors_write_at_the_top_of_the_letter(officer):
    """Docs: « The digest », « Mots de la rédaction »."""
    until = timezone.localdate() + timedelta(days=20)
    become(officer, "Rédaction")
    officer.open("/admin/snippets/digests/editorialword/add/")
    officer.fill(body="Le comité se retrouve jeudi.", signature="Odile M.")
    officer.date("until", f"{until:%d/%m/%Y}")
    preview = open_preview(officer.page)
    expect(preview.get_by_text("Le comité se retrouve jeudi.")).to_be_visible()
    officer.page.get_by_role("button", name="Afficher/masquer la prévisualisation").click()
    publish = officer.page.get_by_role("button", name="Publier", exact=True)
    officer.unfold("Plus d'actions", publish)
    with officer.page.expect_navigation():
        publish.click()
    expect(officer.page.locator(".messages")).to_contain_text(re.compile("publié"))
    assert EditorialWord.objects.get().live
