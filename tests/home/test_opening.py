"""« Ouvrir le site »: order of the steps, permissions for each, and the panel that disappears when all are done."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.errors import PublicationRefused
from cms.models import PageCheck, SiteConfiguration, StandardPage
from cms.quality.advice import advice_on
from cms.quality.publication import check
from committee.models import Mandate
from home.admin.opening import AddedSentencesPanel, OpeningPanel
from home.queries.opening import opening_steps
from home.queries.starter_pages import ADDED_SENTENCES
from home.services.starter_texts import load_texts, read_text
from mailing.ticking import MAIL_DNS, beat
from tests.factories import CallPageFactory, MandateFactory, SessionPageFactory, TopicPageFactory, UserFactory

pytestmark = pytest.mark.django_db
LEGAL, PRIVACY = "Mentions légales", "Données personnelles"
PAGE, FILL = reverse("opening"), reverse("opening_texts")
SETTINGS_TASKS = [
    "Écrire l’adresse de contact du site",
    "Écrire le numéro de téléphone du site",
    "Dire où apporter les formulaires sur papier",
    "Donner aux e-mails un expéditeur qui existe",
    "Préparer le domaine des e-mails (DNS)",
]


@pytest.fixture(autouse=True)
def opening_site(settings):
    settings.DEMONSTRATION = False


@pytest.fixture
def coordinator(client, editor_of):
    client.force_login(editor_of("Animation"))
    return client


def soup_of(response):
    return BeautifulSoup(response.content.decode().replace("‑", "-"), "html.parser")


def panel(client):
    """Returns the steps on the panel with their URLs; {} if the panel is absent."""
    found = soup_of(client.get(reverse("wagtailadmin_home"))).find(id=OpeningPanel.name)
    links = found.select(".work-panel__tasks a") if found else []
    return {link.get_text(strip=True): link["href"] for link in links}


def missing(user):
    return {step.name: [task.title for task in step.tasks] for step in opening_steps(user)}


def check_all():
    """Runs the checks that the site runs after each publication and at each tick."""
    for page in StandardPage.objects.live():
        check(page, now=timezone.now())


def test_empty_site_lists_all_missing_steps_in_order(coordinator):
    found = missing(UserFactory(is_superuser=True))
    assert list(found) == [
        *("textes", "reglages", "sieges", "membres", "fonctions", "invitations", "sujets", "dates", "premiere-seance"),
        "premier-appel",
    ]
    assert {LEGAL, PRIVACY} <= set(found["textes"])
    assert found["reglages"] == SETTINGS_TASKS
    assert found["fonctions"] == ["Coordination", "Coordination adjointe", "Rapport des séances"]
    assert all(found.values())
    links = [link["href"] for link in soup_of(coordinator.get(PAGE)).select(".opening-steps a")]
    one_of_a_kind = {re.sub(r"\d+", "", url): url for url in links}.values()
    assert [url for url in one_of_a_kind if coordinator.get(url, follow=True).status_code != 200] == []


def test_nothing_is_late_before_its_first_time(client):
    """A clock that never rang, or a missing backup, belongs to the installation; a clock that stopped is late."""
    client.force_login(UserFactory(is_staff=True, is_superuser=True))

    def tasks():
        """Returns whether each task of the dashboard is late."""
        page = soup_of(client.get(reverse("wagtailadmin_home")))
        listed = page.select("li.work-panel__task")
        return {task.a.get_text(strip=True): task.select_one(".work__late") is not None for task in listed}

    on_first_day = tasks()
    assert {"Sauvegarde", "Erreurs", "Aucun e-mail ne part"} <= on_first_day.keys()
    assert not any(on_first_day.values())
    beat(name="tick", now=timezone.now() - timedelta(hours=1))
    late = {title for title, is_late in tasks().items() if is_late}
    assert late == {"Horloge du site (beat et worker)", "Les e-mails sont en retard"}


def test_starter_texts_fill_only_empty_pages(coordinator):
    rules = StandardPage.objects.get(slug="regles")
    rules.body = [("text", "<p>Restons polis.</p>")]
    rules.save_revision().publish()
    page = soup_of(coordinator.post(FILL, follow=True))
    messages = page.select_one(".messages").get_text()
    assert LEGAL in messages
    assert f"parce qu’elles ont un texte : {rules.title}" in messages.replace("\N{NO-BREAK SPACE}", " ")
    rules.refresh_from_db()
    assert "polis" in str(rules.body)
    assert coordinator.get(FILL).url == PAGE, "after a sign-in"
    assert "Rien n’a changé" in coordinator.post(FILL, follow=True).content.decode()


def test_pages_with_placeholders_are_listed(coordinator):
    coordinator.post(FILL)
    check_all()
    left = missing(UserFactory(is_superuser=True))["textes"]
    assert {LEGAL, PRIVACY} <= set(left)
    privacy = StandardPage.objects.get(slug="donnees-personnelles")
    assert any("dpo@comite.example" in advice for advice in advice_on(privacy))
    assert PageCheck.objects.get(page=privacy).placeholders == 1


def test_panel_lists_remaining_steps_and_disappears_when_all_are_done(coordinator, settings):
    assert len(panel(coordinator)) == 10
    coordinator.post(FILL)
    for page in Page.objects.filter(slug__in=PageCheck.objects.filter(placeholders__gt=0).values("page__slug")):
        PageCheck.objects.filter(page=page).update(placeholders=0)
    configuration = SiteConfiguration.load()
    configuration.contact_email, configuration.phone = "comite@ville.fr", "03 88 00 00 00"
    configuration.desk_address = "À la mairie"
    configuration.save()
    settings.DEFAULT_FROM_EMAIL = "Comité <lettre@ville.fr>"
    beat(name=MAIL_DNS, now=timezone.now())
    assert next(iter(panel(coordinator))) == "Sièges"
    member = MandateFactory(member__user=UserFactory()).member
    assert list(panel(coordinator)) == ["Fonctions", "Sujets", "Dates des séances", "Première séance", "Premier appel"]
    for role in (Mandate.Role.COORDINATOR, Mandate.Role.DEPUTY_COORDINATOR, Mandate.Role.RAPPORTEUR):
        MandateFactory(member=member, role=role, seat=None)
    TopicPageFactory()
    session = SessionPageFactory(live=False)
    assert list(panel(coordinator)) == ["Première séance", "Premier appel"]
    session.save_revision().publish()
    call = CallPageFactory(live=False)
    assert list(panel(coordinator)) == ["Premier appel"]
    steps = {one.name: one for one in opening_steps(UserFactory(is_superuser=True))}
    assert steps["premier-appel"].tasks[0].url == reverse("wagtailadmin_pages:edit", args=[call.pk])
    assert [link.url for link in steps["dates"].links] == [reverse("committee_sessions:list")]
    call.save_revision().publish()
    assert panel(coordinator) == {}
    assert "Tout le nécessaire est là" in coordinator.get(PAGE).content.decode()
    # A later vacancy belongs to the panel of the seats: the opening steps do not come back.
    Mandate.objects.update(ends_on=timezone.localdate() - timedelta(days=1), starts_on="2020-01-01")
    assert panel(coordinator) == {}


def test_steps_depend_on_the_role_of_the_account(client, editor_of):
    client.force_login(editor_of("Secrétariat"))
    assert next(iter(panel(client))) == "Sièges"
    page = soup_of(client.get(PAGE))
    texts = page.find(id="textes")
    assert "Fait par : Animation" in texts.get_text().replace("\N{NO-BREAK SPACE}", " ")
    assert texts.select("a, button") == []
    assert page.find(id="sieges").select("a")
    client.post(FILL)
    assert not StandardPage.objects.get(slug="mentions-legales").body
    client.force_login(editor_of("Rédaction"))
    assert panel(client) == {}
    assert client.get(PAGE).status_code in (302, 403)


def test_demonstration_has_no_opening_panel(coordinator, settings):
    settings.DEMONSTRATION = True
    assert panel(coordinator) == {}


def test_queries_do_not_grow_with_pages_to_finish(coordinator):
    counts = []
    for text in ("<p>[à compléter : un nom]</p>", "<p>[à compléter : un lieu]</p>"):
        for page in StandardPage.objects.live()[: 3 + 3 * len(counts)]:
            page.body = [("text", text)]
            page.save_revision().publish()
        check_all()
        user = UserFactory(is_superuser=True)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            opening_steps(user)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30


def test_command_says_why_the_texts_are_not_published(monkeypatch):
    def refuse(now):
        raise PublicationRefused("Aide", ["Une autre personne la relit."])

    monkeypatch.setattr("home.management.commands.load_texts.load_texts", refuse)
    with pytest.raises(CommandError, match="Une autre personne la relit"):
        call_command("load_texts")


class TestAddedSentences:
    """Sentences that a new version asks for are a task on sites that exist, until the page has them."""

    def tasks(self, client):
        found = soup_of(client.get(reverse("wagtailadmin_home"))).find(id=AddedSentencesPanel.name)
        return [link.get_text(strip=True) for link in found.select(".work-panel__tasks a")] if found else []

    def test_starter_texts_have_them(self):
        texts = {added.slug: " ".join(read_text(added.slug).split()) for added in ADDED_SENTENCES}
        assert [added for added in ADDED_SENTENCES if added.sentences not in texts[added.slug]] == []
        assert [added for added in ADDED_SENTENCES if not added.sentences.startswith(added.words)] == []

    def test_site_that_exists_is_asked_until_the_page_has_them(self, coordinator):
        page = StandardPage.objects.get(slug="donnees-personnelles")
        assert self.tasks(coordinator) == []
        page.body = [("text", "<p>Nous gardons votre nom.</p>")]
        page.save_revision().publish()
        assert self.tasks(coordinator) == [PRIVACY]
        page.body = [("text", "<p>Nous gardons votre nom. Après une connexion, un cookie reste 90 jours.</p>")]
        page.save_revision().publish()
        assert self.tasks(coordinator) == []

    def test_new_site_is_not_asked(self, coordinator):
        load_texts(timezone.now())
        assert self.tasks(coordinator) == []
