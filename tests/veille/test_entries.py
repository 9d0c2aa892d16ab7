"""List of watch entries, its filters, and the page of an entry."""

import datetime as dt

import pytest
from wagtail.models import PageViewRestriction

from tests.cms.factories import rich_text
from tests.factories import ThemeFactory, TopicPageFactory, VeilleEntryPageFactory
from veille.models import VeilleEntryPage

pytestmark = pytest.mark.django_db

PUBLISHED = dt.datetime(2026, 11, 14, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def entries():
    transparency = ThemeFactory(name="Transparence", slug="transparence")
    help_desk = ThemeFactory(name="Accueil", slug="accueil")
    ThemeFactory(name="Sans exemple", slug="sans-exemple")
    VeilleEntryPageFactory(title="A", theme=transparency, place="Nantes", year=2019, first_published_at=PUBLISHED)
    VeilleEntryPageFactory(title="B", theme=transparency, place="Gand (Belgique)", year=2023)
    VeilleEntryPageFactory(title="C", theme=help_desk, place="Nantes", year=2023)
    VeilleEntryPageFactory(title="Caché", theme=help_desk, place="Lyon", year=1999, live=False)


def read(client, query=""):
    response = client.get(f"/veille/{query}")
    assert response.status_code == 200
    return response


def titles(response):
    return {entry.title for entry in response.context["entries"]}


def choices(response, name):
    return [value for value, _label in response.context["filter_form"].fields[name].choices]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "ABC"),
        ("?theme=transparence", "AB"),
        ("?lieu=Nantes", "AC"),
        ("?lieu=Gand+(Belgique)", "B"),
        ("?annee=2023", "BC"),
        ("?theme=transparence&lieu=Nantes&annee=2019", "A"),
        ("?theme=accueil&annee=2019", ""),
        ("?theme=&lieu=&annee=", "ABC"),
    ],
)
def test_filters_are_combined(client, entries, query, expected):
    assert titles(read(client, query)) == set(expected)


@pytest.mark.parametrize(
    "query",
    [
        "?theme=inconnu",
        "?theme=sans-exemple",
        "?annee=x",
        "?annee=1999",
        "?lieu=Lyon",
        "?lieu=%00",
        "?theme='",
        "?page=99",
    ],
)
def test_invalid_filter_values_are_ignored(client, entries, query):
    response = read(client, query)
    assert titles(response) == set("ABC")
    assert response.context["active_filters"] == []


def test_filters_offer_only_values_with_results(client, entries):
    response = read(client)
    assert choices(response, "theme") == ["", "accueil", "transparence"]
    assert choices(response, "lieu") == ["", "Gand (Belgique)", "Nantes"]
    assert choices(response, "annee") == ["", "2023", "2019"]


def test_each_filter_in_use_can_be_removed_alone(client, entries):
    response = read(client, "?theme=transparence&lieu=Nantes&page=1")
    active = response.context["active_filters"]
    assert [(filter.label, filter.value, filter.remove_query) for filter in active] == [
        ("Thème", "Transparence", "lieu=Nantes"),
        ("Lieu", "Nantes", "theme=transparence"),
    ]
    html = response.content.decode()
    assert 'href="/veille/?lieu=Nantes"' in html
    assert "Retirer le filtre" in html


def test_the_count_is_a_heading_in_french(client, entries):
    html = read(client).content.decode().replace("\u00a0", " ")
    assert "3 exemples trouvés</h2>" in html
    html = read(client, "?annee=2019").content.decode().replace("\u00a0", " ")
    assert "1 exemple trouvé</h2>" in html


def test_empty_result_displays_the_filters_and_a_reset_link(client, entries):
    html = read(client, "?theme=accueil&annee=2019").content.decode()
    assert '<option value="accueil" selected>' in html
    assert "Voir tous les exemples" in html


def test_a_card_has_the_colours_of_its_topic_or_those_of_the_watch(client):
    VeilleEntryPageFactory(topic=TopicPageFactory(title="Les bornes", pictogram="mobility"))
    VeilleEntryPageFactory(topic=TopicPageFactory(title="Mot-canari", pictogram="data", live=False))
    html = read(client).content.decode()
    assert "card--pictured family--services" in html
    assert '<p class="topic-name">Les bornes</p>' in html
    assert "card--pictured family--elsewhere" in html
    assert "pictograms.svg#watch" in html
    assert "Mot-canari" not in html
    assert "#data" not in html


def test_a_place_is_escaped(client):
    VeilleEntryPageFactory(place="<script>alert(1)</script>")
    assert "<script>alert" not in read(client, "?lieu=%3Cscript%3Ealert(1)%3C/script%3E").content.decode()


def test_page_of_an_entry_has_all_its_fields(client, django_assert_max_num_queries):
    VeilleEntryPageFactory(
        slug="a",
        introduction="L’idée en bref.",
        body=[rich_text("<p>Un portail.</p>")],
        lesson="Commencer petit.\n\nPuis grandir.",
        limits="Cela coûte cher.",
        source_title="Le portail de Gand",
        source_seen_on=dt.date(2026, 11, 1),
        topic=TopicPageFactory(title="Données ouvertes"),
    )
    read(client)
    with django_assert_max_num_queries(14):
        html = client.get("/veille/a/").content.decode().replace("\u00a0", " ")
    for expected in ("L’idée en bref.", "Un portail.", "<p>Puis grandir.</p>", "Cela coûte cher.", "Données ouvertes"):
        assert expected in html
    assert '<a href="https://exemple.example/source" hreflang="fr">Le portail de Gand</a>' in html
    assert "1er novembre 2026" in html
    assert html.count("<h1") == 1


def test_a_source_without_title_is_named_by_its_site():
    assert VeilleEntryPage(source_url="https://data.gent.example/x").source_label == "data.gent.example"


@pytest.mark.parametrize("hide", ["draft", "restricted"])
def test_a_topic_that_is_not_public_is_not_named(client, hide):
    topic = TopicPageFactory(title="Mot-canari", live=hide != "draft")
    if hide == "restricted":
        PageViewRestriction.objects.create(page=topic, restriction_type=PageViewRestriction.LOGIN)
    VeilleEntryPageFactory(slug="a", topic=topic)
    page = client.get("/veille/a/")
    assert page.status_code == 200
    assert "Mot-canari" not in page.content.decode()
