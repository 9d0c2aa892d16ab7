"""The six main sections: menu, hubs, breadcrumbs and footer name the same sections and mark the current one."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Page

from cms.discovery.navigation import doors, entry_of, sections_of
from cms.discovery.section_list import SECTIONS
from common.templatetags.dates import CITY_ZONE, NBSP
from digests.queries.layout import LAYOUT
from digests.queries.selection import SECTIONS as LETTER
from polls.models import Poll
from tests.addresses import patterns
from tests.factories import CallPageFactory, MandateFactory, MemberFactory, UserFactory
from tests.fieldwork.trial_factories import CampaignFactory
from tests.home.searching import make_poll
from tests.visibility.policies import policy_of
from tests.visibility.readers import EVERYONE

pytestmark = pytest.mark.django_db

DOORS = ["Participer", "Actualités", "Veille", "Résultats", "Se faire aider", "Le comité"]
# Views that return files, redirect, or belong to the technical endpoints.
NO_PAGES = {
    *("operations:livez", "operations:readyz", "operations:healthz", "csp_report", "wagtailcore_login"),
    *("cms:favicon", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog", "wagtail_serve", "home:api"),
    *("accounts:provider", "accounts:provider_callback", "mfa_login_webauthn"),
}
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=CITY_ZONE)


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def current_links(page: BeautifulSoup) -> list[str]:
    """Returns the links of header and footer that are marked as current."""
    return [link["href"] for link in page.select(".header [aria-current], .footer [aria-current]")]


def public_views() -> list[tuple[str, str]]:
    """Returns name and address of each public view, with sample values for its parameters."""
    found = []
    for pattern in patterns():
        if policy_of(pattern.view) != set(EVERYONE.split()) or pattern.view in NO_PAGES:
            continue
        address = pattern.filled(lambda name: "1" if name in ("number", "pk", "year", "comment_id") else "un")
        if address.endswith("/") and not address.startswith(("/admin", "/_util", "/documents", "/api")):
            found.append((pattern.view, address))
    return found


class TestMenu:
    def test_menu_has_six_sections_and_the_tools(self, client):
        menu = soup(client.get("/")).select_one(".menu nav")
        assert [link.text for link in menu.select("a")] == [*DOORS, "Rechercher", "Se connecter", "Nous joindre"]

    def test_site_map_lists_sections_in_menu_order(self, client):
        page = soup(client.get(reverse("home:site_map")))
        assert [link.text for link in page.select("nav[aria-labelledby=rubriques] a")] == DOORS
        assert [heading.text for heading in page.select(".site-map h2")][:6] == DOORS

    def test_each_public_view_belongs_to_a_menu_entry(self):
        views = public_views()
        assert len(views) > 60
        strays = {view for view, path in views if path != "/" and entry_of(path).target == "home:site_map"}
        # The short address of a survey redirects to its page.
        others = {"home:components", "participation:moderation_register", "fieldwork:survey_short"}
        assert strays == {"home:site_map", *others}

    def test_each_public_page_marks_one_entry_as_current(self, client):
        pages = {page.url for page in Page.objects.live().public() if page.url and page.url != "/"}
        views = {path for view, path in public_views() if "un" not in path.split("/") and "1" not in path.split("/")}
        opened = {}
        for path in sorted(pages | views):
            response = client.get(path)
            if response.status_code == 200 and "text/html" in response["Content-Type"]:
                opened[path] = current_links(soup(response))
        assert len(opened) > 40
        # Anonymous visitors see the sign-in link instead of the account link.
        expected = {path: [entry_of(path).url.replace("/compte/", "/compte/connexion/")] for path in opened}
        assert {path: found for path, found in opened.items() if found != expected[path]} == {}

    def test_home_page_marks_the_site_name_as_current(self, client):
        assert current_links(soup(client.get("/"))) == ["/"]

    def test_only_members_see_their_area_with_the_number_of_tasks(self, client):
        member = MemberFactory(user=UserFactory())
        MandateFactory(member=member)
        client.force_login(member.user)
        area = soup(client.get("/")).select_one('.menu a[href="/membres/"]')
        assert area.text.startswith("Espace des membres")
        waiting = len(client.get("/membres/").context["member_tasks"])
        assert (f"({waiting}" in area.text) == bool(waiting)
        client.force_login(UserFactory())
        assert soup(client.get("/")).select_one('.menu a[href="/membres/"]') is None


class TestBreadcrumb:
    @pytest.mark.parametrize(
        ("path", "above"),
        [
            ("/participer/", ["Accueil"]),
            ("/essais/", ["Accueil", "Participer"]),
            ("/veille/proposer-un-exemple/", ["Accueil", "Participer"]),
            ("/le-comite/programme/", ["Accueil", "Résultats"]),
            ("/le-comite/decisions/", ["Accueil", "Résultats"]),
            ("/aide-numerique/ateliers/", ["Accueil", "Se faire aider"]),
            ("/le-comite/membres/", ["Accueil", "Le comité"]),
            ("/regles/", ["Accueil"]),
        ],
    )
    def test_breadcrumb_has_home_and_the_main_section(self, client, path, above):
        links = soup(client.get(path)).select(".breadcrumb a")
        assert [link.text for link in links] == above


class TestHubs:
    @pytest.mark.parametrize("view", ["home:participate", "home:results"])
    def test_a_hub_has_a_tile_for_each_of_its_sections(self, client, view):
        tiles = soup(client.get(reverse(view))).select(".tile a")
        expected = [section for section in sections_of(view) if section.has_tile]
        assert [tile["href"] for tile in tiles] == [section.url for section in expected]
        assert len(expected) == 5

    def test_an_unpublished_page_is_in_no_hub_and_not_in_the_site_map(self, client):
        assert 'href="/essais/"' in client.get(reverse("home:participate")).text
        Page.objects.filter(slug="essais").update(live=False)
        for view in ("home:participate", "home:site_map"):
            assert 'href="/essais/"' not in client.get(reverse(view)).text.split("<main")[1].split("</main>")[0]

    @pytest.mark.time_machine(NOON, tick=False)
    def test_hub_shows_open_items_with_remaining_days(self, client):
        make_poll(title="Quel jour ?", closes_at=NOON + dt.timedelta(days=3))
        make_poll(title="Entre nous", slug="entre-nous", audience=Poll.Audience.MEMBERS)
        make_poll(title="Fini", slug="fini", opens_at=NOON - dt.timedelta(days=9), closes_at=NOON)
        CampaignFactory(title="Essayons", starts_on=NOON.date(), ends_on=NOON.date())
        CallPageFactory(title="Une question")
        page = soup(client.get(reverse("home:participate")))
        cards = {card.select_one("h3").text.replace(NBSP, " "): card.text for card in page.select(".card")}
        assert set(cards) == {"Quel jour ?", "Essayons", "Une question"}
        assert "Encore 3 jours" in cards["Quel jour ?"]
        assert "Dernier jour" in cards["Essayons"]

    def test_hub_without_open_items_shows_a_message(self, client):
        assert "Rien n’est ouvert en ce moment." in client.get(reverse("home:participate")).text


def test_url_of_each_section_works(client):
    assert len(doors()) == 6
    answers = {section.url: client.get(section.url).status_code for section in SECTIONS}
    assert {url: status for url, status in answers.items() if status not in (200, 302)} == {}


def test_digest_names_sections_like_the_menu_and_in_its_order():
    targets = {
        "proposals": "/propositions/",
        "calls": "/propositions/appels/",
        "polls": "polls:list",
        "campaigns": "/essais/",
        "surveys": "/enquetes/",
        "news": "/actualites/",
        "veille": "/veille/",
        "indicators": "indicators:indicators",
        "workshops": "inclusion:workshops",
    }
    named = [name for name in LETTER if name in targets]
    order = {section.target: rank for rank, section in enumerate(SECTIONS)}
    names = {section.target: section.name for section in SECTIONS}
    assert set(named) == set(targets)
    assert named == sorted(named, key=lambda name: order[targets[name]])
    headings = {name: str(LAYOUT[name].heading) for name in named}
    # Only new ones: followed proposals have their own section.
    assert headings.pop("proposals") == "Nouvelles propositions"
    assert headings == {name: str(names[targets[name]]) for name in headings}
