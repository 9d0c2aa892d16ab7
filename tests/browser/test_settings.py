"""Settings of the site, on a wide screen and on a phone: telephone, footer, a call, mails, texts."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from accounts.notifications import FactorRemoval
from cms.models import AccessibilityPage, SiteConfiguration, StandardPage
from mailing import restored
from mailing.models import Message, Suppression
from mailing.services import suppress
from mailing.ticking import beat
from operations.queries import BACKUP
from participation.models import AnswerTemplate, CallIndexPage, CallPage, CityService
from tests.accounts.factors import give_application
from tests.factories import UserFactory
from tests.mailing.fakes import make_message

pytestmark = [
    pytest.mark.browser,
    # `tests/cms`, `tests/mailing` and `tests/participation` cover the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]


@pytest.mark.guide("Régler le site", "Choisir les liens au bas des pages", "Écrire la déclaration d’accessibilité")
def test_telephone_footer_links_and_accessibility_statement_are_set(walker):
    walker.work_as("Animation")
    walker.choose("Réglages et rapports", "Configuration du site")
    walker.fill(phone="03 88 00 00 01", desk_address="Mairie de quartier")
    walker.press("Enregistrer")
    assert SiteConfiguration.load().desk_address == "Mairie de quartier"
    page = StandardPage.objects.filter(show_in_menus=False).first()
    walker.open(f"/admin/pages/{page.pk}/edit/")
    walker.page.get_by_role("tab", name="Promotion").click()
    walker.tick("show_in_menus")
    walker.publish()
    walker.open(f"/admin/pages/{AccessibilityPage.objects.get().pk}/edit/")
    walker.fill(introduction="Ce que nous vérifions à chaque changement.")
    walker.publish()
    walker.become(None)
    walker.open("/aide/")
    foot = walker.page.locator(".footer")
    assert "03 88 00 00 01" in foot.inner_text().replace("\xa0", " ")
    foot.get_by_role("link", name=page.title).first.click()
    foot.get_by_role("link", name="Accessibilité").first.click()
    walker.read("Ce que nous vérifions à chaque changement.")


@pytest.mark.guide("Ouvrir un appel à propositions")
def test_call_is_published_and_accepts_proposals(walker):
    today = timezone.localdate()
    walker.work_as("Animation")
    walker.open(f"/admin/pages/add/participation/callpage/{CallIndexPage.objects.get().pk}/")
    walker.fill(title="Comment trouver une démarche ?", introduction="Dites ce qui vous manque.")
    walker.date("proposals_from", f"{today - dt.timedelta(days=1):%d/%m/%Y} 08:00")
    walker.date("closes_at", f"{today + dt.timedelta(days=60):%d/%m/%Y} 18:00")
    walker.publish()
    assert CallPage.objects.get().phase_at(timezone.now()) == CallPage.Phase.PROPOSALS
    walker.become(None)
    walker.open("/propositions/")
    walker.follow("Faire une proposition")
    walker.read("Comment trouver une démarche ?")


@pytest.mark.guide("Voir si le site fonctionne")
def test_site_state_lists_problems_until_they_are_fixed(walker, settings):
    settings.OPERATOR_EMAIL = ""
    now = timezone.now()
    beat(name="tick", now=now)
    walker.work_as("Animation")
    walker.follow("Sauvegarde")
    walker.read("Aucune n’a encore été faite", "Demandez-en une chaque nuit", "Personne n’est prévenu")
    walker.fits()
    beat(name=BACKUP, now=now)
    settings.OPERATOR_EMAIL = "exploitation@ville.example"
    walker.choose("Réglages et rapports", "Rapports", "État du site")
    walker.misses("Demandez-en une chaque nuit")
    walker.misses("Personne n’est prévenu")
    walker.open("/admin/")
    assert walker.page.locator("#etat-du-site").count() == 0


@pytest.mark.guide("Le site vient d’être restauré")
def test_held_mails_are_cancelled_or_released_after_a_restore(walker):
    now = timezone.now()
    for number in range(3):
        make_message(f"membre{number}@courriel.example", now=now)
    Message.objects.update(kind="digest.weekly")
    make_message(now=now)
    Message.objects.filter(kind="test").update(kind="session.reminder")
    restored.hold_all(made_at=now - dt.timedelta(hours=5))
    walker.work_as("Animation")
    walker.follow("Le site a été restauré")
    walker.read("Le site vient de la sauvegarde du")
    walker.tick("kinds", "digest.weekly")
    walker.tick("act", "give_up")
    walker.fill(reason="Partie hier soir, Odile l’a reçue.")
    walker.press("Confirmer")
    walker.shows_message("3 e-mails annulés")
    walker.open("/admin/")
    walker.follow("Le site a été restauré")
    walker.tick("kinds", "session.reminder")
    walker.tick("act", "release")
    walker.tick("leaves_again")
    walker.fill(reason="Pas encore partie.")
    walker.press("Confirmer")
    walker.shows_message("1 e-mail part")
    assert sorted(Message.objects.values_list("kind", "state")) == [
        *[("digest.weekly", "cancelled")] * 3,
        ("session.reminder", "pending"),
    ]
    walker.open("/admin/")
    assert walker.page.get_by_role("link", name="Le site a été restauré").count() == 0


@pytest.mark.guide("Surveiller les e-mails", "Les services et leurs textes")
def test_suppressed_address_is_restored_and_an_answer_template_added(walker):
    suppress(email="odile@courriel.example", reason=Suppression.Reason.HARD_BOUNCE, now=timezone.now())
    walker.work_as("Animation")
    walker.choose("Lettre", "Adresses écartées")
    walker.follow("Écrire de nouveau…")
    walker.fill(reason="La personne a changé de boîte.")
    walker.press("Écrire de nouveau")
    walker.shows_message("de nouveau")
    for page in ("Envois groupés", "Chaque e-mail"):
        walker.choose("Lettre", page)

    walker.choose("Participation", "Services de la ville")
    walker.follow("Ajouter")
    walker.fill(name="Voirie", contact_email="voirie@ville.example")
    walker.press("Enregistrer")
    walker.choose("Participation", "Modèles de réponse")
    walker.follow("Ajouter")
    walker.fill(name="C’est accepté", reasons="Un banc est posé … bientôt.")
    walker.press("Enregistrer")
    walker.read("à compléter")
    walker.fill(reasons="Un banc est posé [à compléter : le lieu].")
    walker.press("Enregistrer")
    assert CityService.objects.get().contact_email == "voirie@ville.example"
    assert AnswerTemplate.objects.get().name == "C’est accepté"


@pytest.mark.guide("Lire le journal de sécurité")
def test_administrator_finds_a_failed_sign_in_in_the_audit_log(walker):
    odile = UserFactory(email="odile@courriel.example", public_name="Odile M.")
    walker.become(None)
    walker.open("/compte/connexion/")
    walker.fill(login=odile.email, password="une phrase qui n’ouvre rien")
    walker.press("Me connecter avec mon mot de passe")
    walker.become(UserFactory(is_superuser=True))
    walker.open("/admin/")
    walker.choose("Réglages et rapports", "Rapports", "Journal de sécurité")
    walker.read("Connexion refusée : mot de passe faux", f"compte {odile.pk} Odile M.", "127.0.0.0/24")
    walker.open(f"/admin/journal-de-securite/?account={odile.email}&result=refused")
    walker.read("Connexion refusée : mot de passe faux")
    walker.misses("Connexion :")


@pytest.mark.guide("Fermer ou effacer un compte")
def test_administrator_closes_an_account_and_reopens_it(walker):
    odile = UserFactory(email="odile@courriel.example", public_name="Odile M.")
    walker.become(UserFactory(is_superuser=True))
    walker.open("/admin/")
    walker.choose("Réglages et rapports", "Utilisateurs")
    walker.follow("Odile M.")
    walker.open(f"/admin/users/delete/{odile.pk}/")
    walker.read("Ce qui part", "Ce qui reste")
    walker.fill(reason="Deux comptes pour une personne.")
    walker.press("Confirmer")
    walker.shows_message("est fermé")
    walker.open(f"/admin/users/edit/{odile.pk}/")
    walker.follow("Le rouvrir…")
    walker.press("Confirmer")
    walker.shows_message("est rouvert")


@pytest.mark.guide("Retirer un deuxième facteur perdu")
def test_two_administrators_remove_a_lost_second_factor(walker):
    odile = UserFactory(email="odile@courriel.example", public_name="Odile M.")
    give_application(odile)
    one, other = UserFactory.create_batch(2, is_superuser=True)
    walker.become(one)
    walker.open("/admin/")
    walker.choose("Réglages et rapports", "Utilisateurs")
    walker.follow("Odile M.")
    walker.follow("Il est perdu…")
    walker.press("Demander le retrait du deuxième facteur")
    walker.shows_message("reçoi")
    asked = Message.objects.get(kind=FactorRemoval.kind)
    walker.become(other)
    walker.open(re.search(r"/admin/deuxiemes-facteurs/accord/\S+", asked.payload["text"])[0])
    walker.read("Odile M. (odile@courriel.example)", "Une application de codes")
    walker.press("Retirer le deuxième facteur")
    walker.shows_message("n’a plus de deuxième facteur")
