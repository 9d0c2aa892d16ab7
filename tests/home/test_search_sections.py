"""Search: sections of the site come first, under all their usual names; expected first results of 60 queries."""

import datetime as dt

import pytest
from django.urls import reverse
from wagtail.models import Page

from cms.models import StandardPage
from committee.models import CommitteePage
from common.templatetags.dates import CITY_ZONE
from tests.factories import (
    MandateFactory,
    MemberFactory,
    NewsPageFactory,
    PlaceFactory,
    ProposalFactory,
    UserFactory,
)
from tests.fieldwork.trial_factories import CampaignFactory, FindingFactory, ScenarioFactory
from tests.home.searching import DAY, counts, first_result, get, make_poll
from tests.inclusion.learning import WorkshopFactory
from tests.indicators.factories import make_adopted

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=CITY_ZONE)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]

HELP, WORKSHOPS, LEARN = "/aide-numerique/", "/aide-numerique/ateliers/", "/aide-numerique/ressources/"
ACCOUNT, LETTER, DATA = "/compte/", "/lettre/inscription/", "/donnees-ouvertes/"
SECTIONS = {
    "participer": "/participer/",
    "donner son avis": "/participer/",
    "propositions": "/propositions/",
    "idées": "/propositions/",
    "faire une proposition": "/propositions/deposer/",
    "boîte à idées": "/propositions/deposer/",
    "appel à idées": "/propositions/appels/",
    "sondage": "/sondages/",
    "VOTER": "/sondages/",
    "essais": "/essais/",
    "tester": "/essais/",
    "enquête": "/enquetes/",
    "proposer un exemple": "/veille/proposer-un-exemple/",
    "actualités": "/actualites/",
    "lettre": LETTER,
    "newsletter": LETTER,
    "anciennes lettres": "/lettre/archives/",
    "veille": "/veille/",
    "bonnes pratiques": "/veille/",
    "comparatif": "/veille/comparatif/",
    "benchmark": "/veille/comparatif/",
    "sources": "/veille/sources/",
    "résultats": "/resultats/",
    "programme": "/le-comite/programme/",
    "registre des decisions": "/le-comite/decisions/",
    "indicateur": "/indicateurs/",
    "restitution": "/restitution/",
    "bilan": "/restitution/",
    "rapport d’activité": "/restitution/",
    "représentativité": "/representativite/",
    "qui participe": "/representativite/",
    "aide numérique": HELP,
    "se faire aider": HELP,
    "wifi": HELP,
    "imprimante": HELP,
    "ateliers": WORKSHOPS,
    "formation": WORKSHOPS,
    "ressources": LEARN,
    "tutoriel": LEARN,
    "le comité": "/le-comite/",
    "membres": "/le-comite/membres/",
    "qui siège": "/le-comite/membres/",
    "séances": "/le-comite/seances/",
    "compte rendu": "/le-comite/seances/",
    "mot de passe oublié": ACCOUNT,
    "créer un compte": ACCOUNT,
    "contact": "/contact/",
    "téléphone": "/contact/",
    "api": DATA,
    "données ouvertes": DATA,
    "handicap": "/accessibilite/",
    "rgpd": "/donnees-personnelles/",
    "se désabonner": "/desinscription/",
    "mode sombre": "/couleurs/",
    "facile a lire": "/facile-a-lire/",
    "plan du site": "/plan-du-site/",
}


@pytest.fixture
def world():
    """Returns query → URL of the expected first result. Other texts contain the words of all sections."""
    words = " ".join(SECTIONS)
    for number in range(2):
        NewsPageFactory(title=f"Un article {number}", body=[("text", f"<p>{words}</p>")])
        ProposalFactory(title=f"Une idée {number}", body=words)
    make_poll(title="Quel jour pour le sondage ?", introduction=words)
    place = PlaceFactory(name="Médiathèque du Neuhof", published_at=NOW - DAY)
    workshop = WorkshopFactory(title="Payer en ligne sans peur", published_at=NOW - DAY)
    indicator = make_adopted("Réponses dans le délai promis")
    campaign = CampaignFactory(title="Trouver une information")
    ScenarioFactory(campaign=campaign, goal="Refaire sa carte d’identité")
    campaign.save()
    finding = FindingFactory(trial__scenario__campaign=campaign)
    member = MandateFactory(member=MemberFactory(name="Odile Marmoutier", is_named=True)).member
    MandateFactory(member=MemberFactory(name="Karim Wasselonne", is_named=False))
    return {
        "lieu d’aide Neuhof": place.get_absolute_url(),
        "atelier payer en ligne": workshop.get_absolute_url(),
        "indicateur délai promis": indicator.get_absolute_url(),
        "carte d’identité": campaign.url,
        f"constat {finding.pk}": finding.get_absolute_url(),
        "Odile": f"/le-comite/membres/#membre-{member.pk}",
    }


def test_first_results_of_sixty_searches(client, world):
    expected = SECTIONS | world
    assert len(expected) >= 60
    found = {}
    for query in expected:
        sections = get(client, query).context["found"].sections
        found[query] = sections[0].results[0].url if sections else ""
    assert {query: url for query, url in found.items() if url != expected[query]} == {}
    # Members who did not agree to be named are not found.
    assert counts(client, "Karim") == {}


class TestSections:
    def test_page_of_a_section_is_listed_once(self, client):
        urls = [result.url for one in get(client, "accessibilité").context["found"].sections for result in one.results]
        assert urls.count("/accessibilite/") == 1

    def test_an_unpublished_page_is_not_found(self, client):
        Page.objects.filter(slug="essais").update(live=False)
        assert counts(client, "tester") == {}

    def test_sections_matching_partly_come_after_exact_titles(self, client):
        proposal = ProposalFactory(title="Numérique")
        assert first_result(client, "numérique").url == proposal.get_absolute_url()
        assert counts(client, "numérique")["rubriques"] >= 1


class TestSearchWords:
    def test_search_words_are_indexed_but_not_displayed(self, client):
        page = StandardPage(
            title="Nos salles", slug="salles", introduction="Où venir.", search_words="vidéoprojecteur, tableau blanc"
        )
        CommitteePage.objects.get().add_child(instance=page)
        assert first_result(client, "videoprojecteurs").url == page.url
        assert "tableau blanc" not in get(client, "salles").text
        assert "tableau blanc" not in client.get(page.url).text

    def test_pictograms_and_places_of_missions_are_not_searched(self, client):
        committee = CommitteePage.objects.get()
        mission = {"name": "Veiller", "text": "Voir ailleurs.", "pictogram": "watch", "places": ["/veille/comparatif/"]}
        committee.missions = [("missions", [mission])]
        committee.save_revision().publish()
        assert "pages" not in counts(client, "œil")
        assert "Un œil" not in get(client, "ailleurs").text


class TestUnfinished:
    BODY = (
        "<h2>Qui</h2><p>[À compléter : le nom fabuleux]</p><h2>Où</h2><p>Ici même.</p><ul><li>[à compléter]</li></ul>"
    )

    @pytest.fixture
    def unfinished(self):
        page = StandardPage(title="Inachevée", slug="inachevee", body=[("text", self.BODY)])
        CommitteePage.objects.get().add_child(instance=page)
        return page

    def test_placeholders_empty_headings_and_empty_lists_are_hidden_from_readers(self, client, unfinished):
        text = client.get(unfinished.url).text
        assert "compléter" not in text
        assert ">Qui</h2>" not in text
        assert "Ici même." in text
        assert "<ul></ul>" not in text

    def test_placeholders_are_not_searched(self, client, unfinished):
        assert counts(client, "fabuleux") == {}
        assert counts(client, "inachevée") == {"pages": 1}

    def test_editors_see_placeholders_with_a_note(self, client, unfinished):
        client.force_login(UserFactory(is_superuser=True))
        text = client.get(unfinished.url).text
        assert "le nom fabuleux" in text
        assert text.count('les lecteurs ne voient pas ce passage."') == 2


class TestPageNotFound:
    def test_404_page_has_search_form_sections_and_site_map(self, client):
        response = client.get("/veille/nulle-part/")
        main = response.text.split("<main")[1].split("</main>")[0]
        assert response.status_code == 404
        assert 'name="q"' in main
        for address in ("/participer/", "/resultats/", HELP, "/le-comite/", reverse("home:site_map")):
            assert f'href="{address}"' in main
