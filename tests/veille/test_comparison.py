"""Public pages of the comparison: cities side by side, all cities for a criterion, files, hidden observations."""

import csv
import datetime as dt
import io
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.utils import timezone

from tests.factories import TopicPageFactory
from tests.veille.benchmark import SOURCE, editor, make_city, make_criterion, published, recorded
from veille.models import City, Observation

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.indexed]

PAGE = "/veille/comparatif/"


@pytest.fixture
def cities():
    ours = make_city("Strasbourg", slug="strasbourg", is_ours=True, population=491_000)
    names = ("Lyon", "Nantes", "Rennes", "Metz", "Nancy", "Brest")
    other_cities = [
        make_city(name, slug=name.lower(), population=500_000 + 10_000 * rank) for rank, name in enumerate(names)
    ]
    return [ours, *other_cities]


def read(client, address=PAGE, status=200):
    response = client.get(address)
    assert response.status_code == status
    return BeautifulSoup(response.getvalue() if response.streaming else response.content, "html.parser")


def column_titles(page):
    return [head.get_text(strip=True) for head in page.select(".compare thead th")][1:]


def text_of(page):
    return " ".join(page.get_text(" ").replace("\u00a0", " ").split())


def test_own_city_is_first_and_cities_of_similar_size_follow(client, cities):
    make_criterion()
    assert column_titles(read(client)) == ["Strasbourg", "Lyon", "Metz", "Nantes", "Rennes"]


def test_cities_with_most_observations_are_displayed_by_default(client, cities):
    service, other = make_criterion(), make_criterion(is_background=True)
    for name in ("Brest", "Nancy"):
        published(next(city for city in cities if city.name == name), service)
    published(cities[4], other)
    assert column_titles(read(client))[:5] == ["Strasbourg", "Brest", "Lyon", "Nancy", "Nantes"]


def test_services_come_first_and_background_criteria_are_collapsed(client, cities):
    make_criterion("Combien d’habitants ?", order=1, is_background=True)
    make_criterion("Un guichet ?", order=9)
    page = read(client)
    assert [text_of(head) for head in page.select(".compare tbody th")] == ["Un guichet ?", "Combien d’habitants ?"]
    assert [text_of(head) for head in page.select("details .compare tbody th")] == ["Combien d’habitants ?"]


def test_cities_are_chosen_by_query_parameters(client, cities):
    make_criterion()
    page = read(client, f"{PAGE}?ville=brest&ville=nancy")
    assert column_titles(page) == ["Strasbourg", "Brest", "Nancy"]
    ticked = {box["value"] for box in page.select("input[name=ville][checked]")}
    assert ticked == {"brest", "nancy"}


def test_fifth_and_unknown_cities_are_reported(client, cities):
    make_criterion()
    query = urlencode([("ville", one) for one in ("lyon", "nantes", "rennes", "metz", "nancy", "paris", "<b>")])
    page = read(client, f"{PAGE}?{query}")
    assert column_titles(page) == ["Strasbourg", "Lyon", "Nantes", "Rennes", "Metz"]
    notices = [text_of(notice) for notice in page.select(".notice--warning")]
    assert "Nancy" in notices[0]
    assert "paris, <b>" in notices[1]


@pytest.mark.parametrize("query", ["?ville=", "?ville=strasbourg", "?ville=%00", "?ville=" + "x" * 5_000, "?x=1"])
def test_query_without_valid_city_displays_the_default(client, cities, query):
    make_criterion()
    assert len(column_titles(read(client, PAGE + query))) == 5


def test_filled_cells_have_a_source_and_empty_ones_are_marked(client, cities):
    criterion = make_criterion("Un guichet ?")
    published(cities[0], criterion, source_title="Le rapport", source_seen_on=dt.date(2026, 11, 1))
    page = read(client)
    ours, *other_cells = page.select(".compare tbody td")
    assert "Oui" in text_of(ours)
    assert "Le rapport" in text_of(ours)
    assert "1er nov. 2026" in text_of(ours)
    assert ours.a["href"] == SOURCE
    assert other_cells
    for cell in other_cells:
        assert "Non renseigné" in text_of(cell)
        assert not cell.a


def test_row_lists_missing_cities_and_what_to_look_for(client, cities):
    full, short = make_criterion(look_for="un numéro en haut de la page."), make_criterion()
    for city in cities[:2]:
        published(city, full)
    for row in read(client).select(".compare__notes"):
        assert ("Ce qu’il faut chercher : un numéro" in text_of(row)) == (
            row.find_previous_sibling("tr").a["href"] == full.get_absolute_url()
        )
    notes = text_of(read(client).select_one(".compare__notes"))
    assert "Non renseigné : Metz, Nantes, Rennes." in notes
    assert short.look_for == ""
    page = read(client, full.get_absolute_url())
    assert "Non renseigné : Brest, Metz, Nancy, Nantes, Rennes. Ce qu’il faut chercher : un numéro" in text_of(page)


@pytest.mark.parametrize(
    ("second", "times"),
    [({}, 1), ({"source_title": "Autre"}, 2), ({"source_seen_on": dt.date(2026, 10, 1)}, 2)],
)
def test_source_shared_by_a_row_is_displayed_once(client, cities, second, times):
    criterion = make_criterion()
    plain = {"source_title": "Rapport", "source_seen_on": dt.date(2026, 11, 1)}
    published(cities[0], criterion, **plain)
    published(cities[1], criterion, **plain | second)
    for address in (PAGE, criterion.get_absolute_url()):
        assert len(read(client, address).select(f"main a[href='{SOURCE}']")) == times


def test_observation_older_than_a_year_is_marked_for_verification(client, cities):
    criterion = make_criterion()
    today = timezone.localdate()
    published(cities[0], criterion, source_seen_on=today - dt.timedelta(days=366))
    published(cities[1], criterion, source_seen_on=today - dt.timedelta(days=365))
    page = read(client)
    assert ["À revérifier" in text_of(cell) for cell in page.select("tbody td")][:2] == [True, False]


def test_page_of_a_criterion_has_all_cities_a_chart_and_corrections(client, cities):
    criterion = make_criterion("Combien d’agents ?", "number", unit="agents", slug="agents")
    published(cities[0], criterion, "1200")
    published(cities[0], criterion, "1300", reason="Le rapport a été corrigé.")
    page = read(client, f"{PAGE}agents/")
    assert [text_of(city) for city in page.select(".compare-list h3")] == ["Strasbourg"]
    assert all(city.name in text_of(page.select_one("section[aria-labelledby=constats]")) for city in cities)
    assert "1 300 agents" in text_of(page).replace("\u202f", " ")
    assert page.select_one("figure.chart svg")
    section_text = text_of(page.select_one("section[aria-labelledby=corrections]")).replace("\u202f", " ")
    assert "« 1 200 agents » est devenu « 1 300 agents »" in section_text
    assert "Le rapport a été corrigé." in section_text
    table = client.get(f"{PAGE}agents/tableau.csv").getvalue().decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(table), delimiter=";")
    assert (row["metropole"], row["valeur"], row["source"]) == ("Strasbourg", "1300", SOURCE)


@pytest.mark.parametrize("kind", ["answer", "number", "text"])
def test_criterion_without_observation_has_no_chart(client, cities, kind):
    criterion = make_criterion(kind=kind)
    page = read(client, criterion.get_absolute_url())
    assert not page.select("figure.chart")
    assert "Non renseigné : Strasbourg, Brest, Lyon, Metz, Nancy, Nantes, Rennes." in text_of(page)


def test_unpublished_criteria_and_observations_are_hidden_everywhere(client, cities):
    hidden = make_criterion("Question-canari ?", published=False, slug="cache")
    published(cities[0], hidden, source_title="Canari-cache")
    criterion = make_criterion(kind="text", slug="montre")
    recorded(cities[0], criterion, "Canari-attend")
    published(cities[1], criterion, "Visible")
    recorded(cities[1], criterion, "Canari-correction", reason="Canari-motif")
    for address in (PAGE, f"{PAGE}montre/", f"{PAGE}montre/tableau.csv", "/donnees-ouvertes/comparatif.csv"):
        content = str(read(client, address)).lower()
        assert "visible" in content
        assert "canari" not in content
    read(client, f"{PAGE}cache/", status=404)
    read(client, f"{PAGE}cache/tableau.csv", status=404)
    assert "canari" not in str(read(client, "/veille/comparatif/?ville=lyon")).lower()


def test_the_open_data_has_a_source_in_each_row(client, cities):
    for kind, value in (("answer", "en partie"), ("number", "33,2"), ("text", "=1+1")):
        published(cities[0], make_criterion(kind=kind), value)
    table = client.get("/donnees-ouvertes/comparatif.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    assert [row["valeur"] for row in rows] == ["en partie", "33,2", "'=1+1"]
    assert all(row["source"] == SOURCE for row in rows)


def test_the_search_finds_published_criteria_only(client, cities):
    make_criterion("Un guichet pour les seniors ?")
    make_criterion("Un guichet canari ?", published=False)
    text = text_of(read(client, "/recherche/?q=guichet").main)
    assert "Un guichet pour les seniors ?" in text
    assert "canari" not in text


def test_topic_and_criterion_pages_name_each_other(client, cities):
    topic = TopicPageFactory(title="Les guichets")
    criterion = make_criterion("Un guichet ?", topic=topic)
    make_criterion("Canari ?", topic=topic, published=False)
    assert "Les guichets" in text_of(read(client, criterion.get_absolute_url()))
    page = text_of(read(client, topic.url))
    assert "Un guichet ?" in page
    assert "Canari" not in page


def test_unpublished_topic_is_not_named(client, cities):
    criterion = make_criterion(topic=TopicPageFactory(title="Mot-canari", live=False))
    assert "Mot-canari" not in str(read(client, criterion.get_absolute_url()))


def test_the_22_metropolises_are_added_once(client):
    call_command("add_metropolises")
    City.objects.filter(siren="200046977").update(name="Grand Lyon")
    call_command("add_metropolises")
    assert City.objects.count() == 22
    assert City.objects.get(is_ours=True).slug == "strasbourg"
    assert City.objects.filter(name="Grand Lyon").exists()
    make_criterion()
    assert column_titles(read(client)) == ["Strasbourg", "Montpellier", "Nice", "Rennes", "Rouen"]


@pytest.mark.parametrize(
    "address", [PAGE, f"{PAGE}?ville=lyon&ville=lille", f"{PAGE}q1/", "/donnees-ouvertes/comparatif.csv"]
)
def test_grid_costs_at_most_seven_queries(client, address, django_assert_max_num_queries):
    call_command("add_metropolises")
    editors, now = (editor(), editor()), timezone.now()
    criteria = [make_criterion(slug=f"q{number}") for number in range(30)]
    Observation.objects.bulk_create(
        Observation(
            city=city,
            criterion=criterion,
            answer="yes",
            source_url=SOURCE,
            source_seen_on=now.date(),
            recorded_by=editors[0],
            second_reader=editors[1],
            published_at=now,
        )
        for city in City.objects.all()
        for criterion in criteria
    )
    read(client, "/veille/")  # Wagtail caches the root paths of the site for an hour.
    with django_assert_max_num_queries(7):
        read(client, address)
