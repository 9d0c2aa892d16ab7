"""Editing on a wide screen and on a phone: news, the watch, the spotlight, failing links, second readers.

Help while writing and refusals of publication are in `test_editing.py` and `test_user_bar.py`.
"""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import expect
from wagtail.contrib.redirects.models import Redirect
from wagtail.rich_text import RichText

from cms.models import CustomImage, MissingAddress, NewsIndexPage, NewsPage
from mailing.models import Message
from tests.browser.test_editing import add_text, open_preview
from tests.cms.factories import picture_file
from tests.factories import NewsPageFactory, ProposalFactory, ThemeFactory, UserFactory
from veille.models import VeilleEntryPage

pytestmark = [
    pytest.mark.browser,
    # `tests/cms` covers the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("media", "outbox"),
]

TITLE = "Trois ateliers gratuits en novembre"


@pytest.mark.guide("Publier une actualité", "Les blocs d’une page", "Images et documents")
def test_news_item_with_picture_and_proposal_is_previewed_and_published(walker):
    ProposalFactory(title="Des ateliers le samedi")
    page = walker.page
    walker.work_as("Rédaction")
    walker.page.locator("#ecrire li", has_text="Actualités").get_by_role("link", name="Commencer…").click()
    walker.fill(title=TITLE, introduction="Venez avec votre téléphone.")

    page.get_by_role("button", name="Choisir une image").first.click()
    window = walker.window()
    window.get_by_role("tab", name="Transférer").click()
    file = {"name": "atelier.jpg", "mimeType": "image/jpeg", "buffer": picture_file(size=(640, 480)).read()}
    window.locator("input[type=file]").set_input_files(file)
    expect(window.get_by_label("Titre")).to_have_value("atelier")
    window.get_by_label("Description").fill("Six personnes autour d’une table")
    window.get_by_role("button", name="Transférer").click()
    walker.chosen("atelier")

    add_text(page, "Le comité vous invite.")
    walker.press_and_stay("Ajouter : Proposition")
    walker.press_and_stay("Choisir une proposition")
    window = walker.window()
    window.get_by_role("textbox").first.fill("ateliers samedi")
    window.get_by_role("link", name="Des ateliers le samedi").click()
    walker.chosen("Des ateliers le samedi")

    preview = open_preview(page)
    expect(preview.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(preview.get_by_text("Le comité vous invite.")).to_be_visible()
    page.get_by_role("button", name="Afficher/masquer la prévisualisation").click()
    walker.publish()
    assert CustomImage.objects.get().description == "Six personnes autour d’une table"
    walker.become(None)
    walker.open("/actualites/")
    walker.follow(TITLE)
    walker.read("Le comité vous invite.", "Des ateliers le samedi")


@pytest.mark.guide("Publier un exemple de veille")
def test_watch_entry_without_lesson_is_refused_then_published(walker):
    ThemeFactory(name="Écoute")
    walker.work_as("Rédaction")
    with walker.leaving():
        walker.page.locator("#ecrire li", has_text="Veille").get_by_role("link", name="Commencer…").click()
    walker.fill(title="Deux jours dans la rue", introduction="La ville écoute dehors.", place="Gand (Belgique)")
    walker.fill(year="2024", source_url="https://gand.example/rue")
    walker.page.get_by_role("button", name="Choisir").filter(has_text="hème").click()
    walker.window().get_by_role("link", name="Écoute").click()
    walker.chosen("Écoute")
    publish = walker.page.get_by_role("button", name="Publier", exact=True)
    walker.unfold("Plus d'actions", publish)
    with walker.leaving():
        publish.click()
    walker.read("Champ requis.")
    walker.fill(lesson="Aller vers les gens.")
    walker.publish()
    assert VeilleEntryPage.objects.get().live
    walker.become(None)
    walker.open("/veille/")
    walker.follow("Deux jours dans la rue")
    walker.read("Gand (Belgique)", "Aller vers les gens.")


@pytest.mark.guide("Mettre une page à la une, ou une alerte")
def test_page_is_featured_and_an_alert_displayed(walker):
    NewsPageFactory.create_batch(4)
    NewsPageFactory(title="Une vieille nouvelle", first_published_at=timezone.now() - dt.timedelta(days=400))
    walker.work_as("Rédaction")
    walker.choose("Réglages et rapports", "Alerte et pages à la une")
    walker.fill(alert_text="La séance de ce soir est reportée.")
    walker.date("alert_until", f"{timezone.localdate() + dt.timedelta(days=2):%d/%m/%Y} 09:30")
    walker.page.get_by_role("button", name="Choisissez une page").last.click()
    window = walker.window()
    window.get_by_role("textbox").first.fill("vieille nouvelle")
    window.get_by_role("link", name="Une vieille nouvelle").click()
    walker.chosen("Une vieille nouvelle")
    walker.press("Enregistrer")
    walker.become(None)
    walker.open("/")
    expect(walker.page.locator(".alert")).to_contain_text("La séance de ce soir est reportée.")
    walker.follow("Une vieille nouvelle")


@pytest.mark.guide("Réparer ce qui ne mène nulle part")
def test_broken_links_are_listed_and_redirected(walker):
    news = NewsPageFactory(title="Ateliers", body=[("text", RichText('<p><a href="/ancien/">Programme</a></p>'))])
    MissingAddress.objects.create(path="/ancien/", first_asked_on="2026-01-01", last_asked_on="2026-01-02")
    walker.work_as("Rédaction")
    walker.choose("Réglages et rapports", "Rapports", "Liens qui échouent")
    walker.read("/ancien/")
    walker.choose("Réglages et rapports", "Rapports", "Adresses introuvables")
    walker.follow("Créer une redirection")
    walker.page.get_by_role("button", name="Choisissez une page").first.click()
    window = walker.window()
    window.get_by_role("textbox").first.fill("Ateliers")
    window.get_by_role("link", name="Ateliers").click()
    walker.chosen("Ateliers")
    walker.press("Créer")
    assert Redirect.objects.get().redirect_page_id == news.pk
    walker.choose("Réglages et rapports", "Rapports", "Pages vieillissantes")
    walker.read("Ateliers")
    walker.become(None)
    walker.open("/ancien/")
    walker.read("Programme")


@pytest.mark.guide("Retirer ou retrouver une page", "Ce que le site conseille")
def test_page_is_drafted_published_unpublished_and_reverted(walker):
    news = NewsPageFactory(title="Ateliers", live=False)
    news.save_revision()
    edit = f"/admin/pages/{news.pk}/edit/"
    walker.work_as("Rédaction")
    walker.open(edit)
    walker.fill(introduction="Le samedi. " + "Venez avec une question et " * 8 + "un ami.")
    walker.press("Enregistrer le brouillon")
    walker.shows_message("Coupez-la en deux")
    walker.fill(introduction="Le samedi.")
    assert not NewsPage.objects.get(pk=news.pk).live
    walker.publish()
    walker.open(edit)
    off = walker.page.get_by_role("link", name="Dépublier")
    walker.unfold("Actions", off)
    with walker.leaving():
        off.click()
    walker.press("Oui, la dépublier")
    assert not NewsPage.objects.get(pk=news.pk).live
    walker.open(edit)
    history = walker.page.get_by_role("link", name="Historique").first
    walker.unfold("Actions", history)
    with walker.leaving():
        history.click()
    walker.read("Dépubliée", "Publiée")
    walker.page.locator("td").get_by_role("button", name="Actions").last.click()
    walker.follow("Passer en revue cette version")
    expect(walker.page.locator("[name=introduction]")).to_have_value(re.compile("un ami"))
    walker.press("Remplacer le brouillon actuel")
    assert "un ami" in NewsPage.objects.get(pk=news.pk).get_latest_revision_as_object().introduction


@pytest.mark.guide("Demander une relecture avant publication", "Faire relire une page, là où c’est demandé")
def test_second_reader_returns_a_page_then_approves_it(walker):
    section = NewsIndexPage.objects.get()
    UserFactory().groups.add(Group.objects.get(name="Animation"))
    walker.work_as("Animation")
    walker.choose("Réglages et rapports", "Relecture avant publication")
    walker.tick(f"section-{section.pk}-asks")
    walker.page.locator(".reading-section", has_text="Actualités").get_by_label("Animation").check()
    walker.press("Enregistrer")
    walker.shows_message("Le choix est enregistré")

    author = walker.work_as("Rédaction")
    with walker.leaving():
        walker.page.locator("#ecrire li", has_text="Actualités").get_by_role("link", name="Commencer…").click()
    walker.fill(title=TITLE, introduction="Venez.")
    add_text(walker.page, "Le comité vous invite.")
    walker.press("Enregistrer le brouillon")
    news = NewsPage.objects.get()
    for decision, words in (("Rendre pour modification", "Dites où."), ("Approuver et publier", "")):
        walker.become(author)
        walker.open(f"/admin/pages/{news.pk}/edit/")
        send = walker.page.get_by_role("button", name="Envoyer en relecture")
        if not send.is_visible():
            walker.unfold("Plus d'actions", send)
        walker.press("Envoyer en relecture")
        walker.read("reçoivent cet e-mail", TITLE)
        walker.press("Envoyer en relecture")
        walker.work_as("Animation")
        with walker.leaving():
            walker.page.locator("#relectures").get_by_role("link", name=TITLE).first.click()
        walker.read("Venez.")
        walker.fill(comment=words)
        walker.press(decision)
    assert "Dites où." in "".join(m.payload["text"] for m in Message.objects.filter(to_email=author.email))
    walker.become(None)
    walker.open("/actualites/")
    walker.follow(TITLE)
