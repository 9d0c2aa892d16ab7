"""From an item of a feed to a published example, with scripts and without."""

import pytest
from playwright.sync_api import expect

from tests.factories import ReadingItemFactory, SourceFactory, ThemeFactory
from veille.models import VeilleEntryPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
MAX_ACTIONS = 12


@pytest.mark.guide("Lire ce que publient les autres")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_reading_item_becomes_a_published_watch_entry(visit, editor_of, record_property, scripts):
    source = SourceFactory(name="Ville de Gand", theme=ThemeFactory(name="Écoute"))
    ReadingItemFactory(source=source, title="Deux jours dans la rue", language="nl", url="https://gand.example/rue")
    actions = 1
    page = visit("/admin/a-lire/?state=new", user=editor_of("Rédaction"), js=scripts)
    for act in (
        lambda: page.get_by_role("link", name="En faire un exemple Deux jours dans la rue").click(),
        lambda: page.get_by_label("Introduction").fill("Deux jours dehors."),
        lambda: page.get_by_label("Année").fill("2019"),
        lambda: page.get_by_label("Lieu").fill("Gand (Belgique)"),
        lambda: page.get_by_label("Ce que nous pouvons en retenir").fill("Aller vers les gens."),
        lambda: page.get_by_role("button", name="Publier l’exemple").click(),
    ):
        act()
        actions += 1
    expect(page.get_by_text("est publié")).to_be_visible()
    assert actions <= MAX_ACTIONS
    record_property("journey", f"{actions} actions")
    entry = VeilleEntryPage.objects.published().get()
    assert (entry.source_url, entry.source_language, entry.theme.name) == ("https://gand.example/rue", "nl", "Écoute")
    page = visit(entry.url, js=scripts)
    expect(page.get_by_text("Aller vers les gens.")).to_be_visible()
