"""An editor makes a poll with its questions on one form, previews it, and opens it, by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from polls.models import Poll
from polls.services.answers import answer_poll
from tests.browser.test_editing import open_preview, sign_in_as
from tests.factories import UserFactory
from tests.polls.factories import make_poll

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

TITLE = "Où placer la borne ?"


def write(field: Locator, text: str) -> None:
    field.focus()
    field.page.keyboard.type(text)
    field.page.keyboard.press("Tab")
    expect(field).to_have_value(text)


def press(button: Locator) -> None:
    button.focus()
    button.page.keyboard.press("Enter")


@pytest.mark.guide("Préparer un sondage", "Choisir la sorte de réponse")
@pytest.mark.parametrize("width", [360, 1280])
def test_editor_creates_previews_and_opens_a_poll(watched, live_server, width):
    end = timezone.localtime() + timedelta(days=9)
    with watched(width=width) as page:
        sign_in_as(page, live_server, "Animation")
        page.goto("/admin/sondages/add/")
        main = page.get_by_role("main")
        write(page.locator("#id_title"), TITLE)
        write(page.locator("#id_closes_at"), f"{end:%d/%m/%Y} 18:00")
        press(page.get_by_role("button", name="Enregistrer"))

        expect(main).to_contain_text("Ajoutez une question")
        expect(main).to_contain_text("/sondages/ou-placer-la-borne/")
        press(main.get_by_role("link", name="Ouvrir…"))
        expect(main).to_contain_text("Ajoutez une question")
        press(main.get_by_role("link", name="Compléter le sondage"))

        write(page.locator("#id_questions-0-text"), "Quel lieu ?")
        write(page.locator("#id_questions-0-choices-0-text"), "La mairie")
        write(page.locator("#id_questions-0-choices-1-text"), "La gare")
        press(page.locator("#id_questions-ADD"))
        write(page.locator("#id_questions-1-text"), "Quel jour ?")
        write(page.locator("#id_questions-1-choices-0-text"), "Lundi")
        write(page.locator("#id_questions-1-choices-1-text"), "Samedi")

        preview = open_preview(page)
        expect(preview.get_by_role("radio", name="Samedi")).to_be_visible()
        expect(preview.get_by_role("button", name="Envoyer ma réponse")).to_be_disabled()
        page.get_by_role("button", name="Afficher/masquer la prévisualisation").click()

        press(page.get_by_role("button", name="Enregistrer"))
        expect(main).to_contain_text("vous pouvez l’ouvrir")
        assert not Poll.objects.published(timezone.now()).exists()
        press(main.get_by_role("link", name="Ouvrir…"))
        press(main.get_by_role("button", name="Ouvrir le sondage"))
        expect(page.get_by_text("Le sondage est ouvert")).to_be_visible()
        expect(page.locator("#id_questions-0-text")).to_have_count(0)

    with watched() as page:
        page.goto("/sondages/")
        page.get_by_role("link", name=TITLE).click()
        expect(page.get_by_role("heading", name="Quel jour ?")).to_be_visible()


@pytest.mark.guide("Ouvrir, fermer, lire les résultats")
def test_poll_is_reverted_to_draft_reopened_closed_and_exported(walker):
    now = timezone.now()
    poll = make_poll(is_draft=False, opens_at=now, closes_at=now + timedelta(days=9))
    walker.work_as("Animation")
    walker.choose("Le comité", "Sondages")
    walker.follow(poll.title)
    walker.follow("Remettre en brouillon…")
    walker.press("Remettre en brouillon")
    walker.follow("Ouvrir…")
    walker.press("Ouvrir le sondage")
    walker.shows_message("Le sondage est ouvert")
    choice = poll.questions.get().choices.first()
    given = {poll.questions.get().pk: {choice.pk: 1}}
    answer_poll(poll=Poll.objects.get(), user=UserFactory(), answers=given, now=timezone.now())
    walker.choose("Le comité", "Sondages")
    walker.follow("Fermer…")
    walker.read("Le sondage est secret : le nombre de réponses s’affiche à la fin.")
    walker.press("Fermer le sondage")
    walker.follow("Voir les résultats")
    walker.read(choice.text, "100 %")
    with walker.page.expect_download() as file:
        walker.page.get_by_role("link", name="tableur").first.click()
    assert choice.text in file.value.path().read_text(encoding="utf-8-sig")
