"""The digest before and after its sending, on a wide screen and on a phone: preview, introduction, messages."""

import datetime as dt

import pytest
from django.utils import timezone

from digests.models import Edition, EditorialWord, Newsletter
from digests.services.planning import plan_due
from mailing.models import Batch, Message
from tests.browser.people import Pointing
from tests.digests.factories import SubscriberFactory
from tests.factories import MandateFactory, NewsPageFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    # `tests/digests` covers the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]


def add_block(person: Pointing, *, name: str, words: str) -> None:
    """Fills in the new block of the kind `name`."""
    person.page.locator("button.c-sf-add-button").first.click()
    person.page.get_by_role("option", name=name, exact=True).click()
    person.fill(**{"body-0-value": words})


@pytest.mark.guide("Voir la lettre avant son départ", "Écrire le mot de la rédaction")
def test_editorial_is_added_to_the_digest_previewed_and_sent_as_a_test(walker):
    NewsPageFactory(title="Trois ateliers")
    editor = walker.work_as("Rédaction")
    walker.choose("Lettre", "Mots de la rédaction")
    walker.follow("Ajouter")
    walker.fill(body="Bonjour à tous.", signature="Odile M.")
    walker.date("until", f"{timezone.localdate() + dt.timedelta(days=60):%d/%m/%Y}")
    walker.publish()
    assert EditorialWord.objects.get().live

    walker.choose("Lettre", "Aperçu de la lettre")
    walker.select("frequency", "weekly")
    walker.select("viewer", "visiteur")
    walker.press("Afficher cette lettre")
    walker.read("Elle part le", "Bonjour à tous.", "Trois ateliers")
    walker.press("M’envoyer un essai")
    walker.shows_message(editor.email)
    assert "Bonjour à tous." in Message.objects.get(to_email=editor.email).payload["text"]


@pytest.mark.guide("Envoyer un message aux abonnés")
def test_message_is_tested_scheduled_reverted_to_draft_and_scheduled_again(walker):
    SubscriberFactory()
    editor = walker.work_as("Rédaction")
    walker.choose("Lettre", "Messages aux abonnés ou aux membres")
    walker.follow("Ajouter")
    walker.fill(subject="La séance change de salle")
    add_block(walker, name="Texte", words="Venez à la mairie.")
    walker.press("Enregistrer")
    walker.shows_message("Le brouillon est enregistré")
    walker.read("Venez à la mairie.")
    walker.press("M’envoyer un essai")
    assert "Venez à la mairie." in Message.objects.get(to_email=editor.email).payload["text"]

    walker.work_as("Animation")
    walker.choose("Lettre", "Messages aux abonnés ou aux membres")
    walker.follow("Envoyer…")
    walker.read("1 personne le reçoit aujourd’hui")
    walker.date("send_at", f"{timezone.localdate() + dt.timedelta(days=2):%d/%m/%Y} 09:30")
    walker.press("Envoyer à cette date")
    walker.follow("Reprendre…")
    walker.press("Annuler")
    walker.shows_message("Le message est de nouveau un brouillon")
    walker.follow("Envoyer…")
    walker.press("Envoyer dans cinq minutes")
    assert Newsletter.objects.get().status == Newsletter.Status.SCHEDULED


@pytest.mark.guide("Écrire aux membres")
def test_message_to_members_is_sent_and_printed_for_those_without_account(walker):
    MandateFactory(member__name="Odile M.")
    MandateFactory(member__name="Paul R.", member__user=UserFactory())
    walker.work_as("Secrétariat")
    walker.choose("Lettre", "Messages aux abonnés ou aux membres")
    walker.follow("Ajouter")
    walker.fill(subject="Nouvelle adresse")
    add_block(walker, name="Texte", words="Venez à la mairie.")
    walker.press("Enregistrer")
    walker.read("Venez à la mairie.", "vous êtes membre du comité")
    walker.follow("Envoyer…")
    walker.read("1 personne le reçoit", "Par e-mail : Paul R.", "Odile M.")
    walker.press("Tout de suite")
    walker.follow("Imprimer leur courrier")
    walker.read("Odile M.", "Venez à la mairie.")
    assert walker.page.locator(".receipt").count() == 1
    assert Newsletter.objects.get().status == Newsletter.Status.SCHEDULED


@pytest.mark.guide("Savoir ce qui est parti")
def test_edition_being_sent_is_paused_resumed_and_cancelled(walker):
    now, day = timezone.now(), dt.timedelta(days=1)
    SubscriberFactory(started_at=now - 9 * day, frequency="daily", hour=timezone.localtime().hour)
    NewsPageFactory(title="Trois ateliers", first_published_at=now - day / 2)
    plan_due(now=now)
    day_of_edition = f"{Edition.objects.get().period_key:%Y}"
    walker.work_as("Animation")
    walker.choose("Lettre", "Éditions de la lettre")
    walker.follow(day_of_edition)
    walker.read("Attendaient cette lettre 1", "Lettres en attente 1")
    walker.follow("Mettre en pause…")
    walker.fill(reason="Une date est fausse.")
    walker.press("Mettre l’envoi en pause")
    walker.choose("Lettre", "Éditions de la lettre")
    walker.follow(day_of_edition)
    walker.read("Une date est fausse.")
    walker.follow("Reprendre…")
    walker.press("Reprendre l’envoi")
    walker.follow("Annuler…")
    walker.fill(reason="La lettre est à refaire.")
    walker.press("Annuler l’envoi")
    assert Edition.objects.get().batch.status == Batch.Status.CANCELLED
