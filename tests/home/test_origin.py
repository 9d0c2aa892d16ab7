"""Page on the origin of the committee, and the three yearly steps on the page of the committee."""

import dataclasses
import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

import home.services.starter_texts
from cms.models import StandardPage
from committee.models import CommitteePage, WorkProgramme
from common.city import CITY
from home.services.starter_texts import load_texts
from indicators.models import Restitution
from tests.factories import SessionPageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

URL = "/le-comite/d-ou-vient-le-comite/"
NOW = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)


def soup_of(response):
    return BeautifulSoup(response.content, "html.parser")


def page_text(client, url=URL):
    return " ".join(soup_of(client.get(url)).main.get_text(" ", strip=True).split())


def test_page_is_added_once_and_linked_from_other_pages(client):
    load_texts(NOW)
    assert load_texts(NOW).filled == []
    text = page_text(client)
    for words in (
        *(
            "19 novembre 2018",
            "stratégie digitale",
            "groupe sur le numérique",
            "Voici la synthèse",
            "expertise d’usage",
        ),
        *("instance indépendante", "représentativité", "assiduité", "accompagnement", "valeur ajoutée"),
    ):
        assert words in text
    assert "À compléter" not in text
    for page in ("/le-comite/", reverse("home:site_map"), "/recherche/?q=19+novembre+2018", "/recherche/?q=stratégie"):
        assert f'href="{URL}' in client.get(page).text
    assert URL in client.get("/sitemap.xml").text


def test_links_of_the_page_work(client):
    load_texts(NOW)
    links = {link["href"] for link in soup_of(client.get(URL)).select(".prose a[href^='/']")}
    assert len(links) > 10
    assert {link for link in links if client.get(link.partition("#")[0]).status_code != 200} == set()
    anchors = [link.partition("#")[2] for link in links if "#" in link]
    assert anchors == ["etapes"]
    assert soup_of(client.get("/le-comite/")).find(id="etapes")


def test_other_city_has_a_general_text_with_placeholders(client, monkeypatch):
    monkeypatch.setattr(home.services.starter_texts, "CITY", dataclasses.replace(CITY, origin=""))
    load_texts(NOW)
    client.force_login(UserFactory(is_superuser=True))
    assert "[À compléter : le jour de la première réunion" in page_text(client)
    client.logout()
    text = page_text(client)
    assert "À compléter" not in text
    assert "2018" not in text
    assert "expertise d’usage" in text


def test_existing_page_with_the_same_slug_is_not_replaced():
    page = StandardPage(title="Nos débuts", slug="d-ou-vient-le-comite", body=[("text", "<p>En 2018.</p>")])
    CommitteePage.objects.get().add_child(instance=page)
    assert "Nos débuts" in load_texts(NOW).left
    assert StandardPage.objects.filter(slug=page.slug).count() == 1


def steps(client):
    """Returns the sentence above the steps, and for each step its state and its text."""
    section = soup_of(client.get("/le-comite/")).find(id="etapes").parent
    found = [(step["class"][0], " ".join(step.get_text(" ", strip=True).split())) for step in section.select("li")]
    assert [step.get("aria-current") for step in section.select("li")].count("step") <= 1
    return section.p.get_text(strip=True), found


def test_committee_page_shows_the_current_step_of_the_year(client):
    with time_machine.travel(NOW, tick=False):
        assert steps(client) == (
            "Le comité en est à l’étape 1 sur 3.",
            [
                ("current", "Choisir les priorités Le programme de travail n’est pas encore adopté."),
                ("future", "Travailler en séance Aucune séance tenue. Aucune séance à venir."),
                ("future", "Rendre compte Le bilan de l’année n’est pas encore publié."),
            ],
        )
        WorkProgramme.objects.create(year=2026, adopted_at=NOW)
        SessionPageFactory(starts_at=NOW - dt.timedelta(days=30))
        SessionPageFactory(starts_at=NOW - dt.timedelta(days=400))
        SessionPageFactory(starts_at=NOW - dt.timedelta(days=20), status="cancelled")
        coming = SessionPageFactory(starts_at=NOW + dt.timedelta(days=30))
        sentence, found = steps(client)
        assert sentence == "Le comité en est à l’étape 2 sur 3."
        assert found[0] == ("done", "Choisir les priorités Le programme de travail est adopté.")
        assert found[1] == ("current", "Travailler en séance 1 séance tenue. 1 séance à venir.")
        # The report of the current year does not end it.
        report = Restitution.objects.create(year=2026, published_at=NOW)
        sentence, found = steps(client)
        assert "étape 2" in sentence
        assert found[2][0] == "done"
        report.delete()
        coming.unpublish()
        assert steps(client)[0] == "Le comité en est à l’étape 3 sur 3."
        Restitution.objects.create(year=2026, published_at=NOW)
        sentence, found = steps(client)
        assert sentence == "Les trois étapes de cette année sont faites."
        assert {kind for kind, _words in found} == {"done"}
