"""Pages of places: nearest for a need, open now, map, a single place, print sheet of a commune."""

import csv
import datetime as dt
import io
import random
import re

import pytest
from bs4 import BeautifulSoup

from common.communes import COMMUNES, POINTS
from inclusion.models import Need, Place
from inclusion.queries.finding import find, numbered
from inclusion.queries.plan import HEIGHT, RADIUS, WIDTH, plan_of
from tests.factories import PlaceFactory
from tests.hostile import TEXTS
from tests.inclusion.learning import WorkshopFactory

# A Monday, 10:00 in Paris.
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
pytestmark = pytest.mark.time_machine(NOW, tick=False)
URL = "/aide-numerique/"
FORMALITIES = Need.FORMALITIES.services


def read(client, path, **query):
    answer = client.get(path, query)
    assert answer.status_code == 200, (path, query)
    return BeautifulSoup(answer.content.decode(), "html.parser")


def names(page):
    return [row.h3.a.get_text(strip=True) for row in page.select(".place-list > li")]


def place(code="67482", **values):
    point = POINTS[code]
    where = {"latitude": point.latitude, "longitude": point.longitude, "insee_code": code, "commune": COMMUNES[code]}
    return PlaceFactory(**{**where, "address": "1 rue des Essais", **values})


@pytest.mark.django_db
class TestList:
    def test_nearest_open_place_for_a_need_is_first_with_its_phone_number(self, client):
        place("67482", name="Loin", services=FORMALITIES, hours="Mo 09:00-12:00")
        place("67447", name="Fermé", services=FORMALITIES, hours="Tu 09:00-12:00")
        place("67043", name="Près", services=FORMALITIES, hours="Mo 09:00-12:00", phone="03 53 01 00 99")
        place("67447", name="Autre chose", services=Need.BUY.services, hours="Mo 09:00-12:00")
        page = read(client, URL, commune="67447", besoin="demarches", ouvert="oui")
        assert names(page) == ["Près", "Loin"]
        first = page.select_one(".place-list > li")
        assert first.select_one("a.button")["href"] == "tel:+33353010099"
        assert "Ouvert, ferme à 12\u00a0h" in first.get_text()

    def test_free_filter_excludes_places_with_fees_or_unknown_fees(self, client):
        place(name="Gratuit", fees=("Gratuit",))
        place(name="Parfois", fees=("Gratuit sous condition", "Payant"))
        place(name="Payant", fees=("Payant",))
        place(name="Inconnu", fees=())
        assert set(names(read(client, URL, gratuit="oui"))) == {"Gratuit", "Parfois"}

    def test_an_empty_list_of_open_places_explains_how_to_see_the_hours(self, client):
        place(hours="Tu 09:00-12:00")
        text = read(client, URL, ouvert="oui").get_text(" ")
        assert "Aucun lieu n’est ouvert maintenant" in text
        assert "Décochez" in text

    def test_empty_list_suggests_to_remove_a_filter(self, client):
        place(services=FORMALITIES)
        text = read(client, URL, besoin="equipement", commune="67447").get_text(" ")
        assert "Aucun lieu ne correspond" in text
        assert "Essayez sans le filtre" in text

    def test_unpublished_places_are_not_listed_and_return_404(self, client):
        hidden = place(name="Caché", published_at=None)
        gone = place(name="Parti", left_on=NOW.date())
        assert names(read(client, URL)) == []
        for one in (hidden, gone):
            assert client.get(one.get_absolute_url()).status_code == 404
        assert "Caché" not in read(client, f"{URL}strasbourg/imprimer/").get_text()

    def test_place_without_an_address_has_no_number_and_is_counted_in_the_caption(self, client):
        place(name="Fixe")
        place(name="Bus", latitude=None, longitude=None, address="")
        page = read(client, URL, commune="67482")
        numbers = [row.select_one(".place__number") for row in page.select(".place-list > li")]
        assert [number and number.get_text() for number in numbers].count("1") == 1
        assert numbers.count(None) == 1
        assert len(page.select(".plan__mark")) == 1
        assert "1 lieu sans adresse" in page.select_one(".plan figcaption").get_text()

    def test_hostile_filter_values_are_ignored(self, client):
        place(name="Toujours là")
        values = [*TEXTS.values(), "\x00", "9" * 400, "-1", "67482'--", "67482 ", "²", "oui\u202e", "%00", "../../"]
        for value in values:
            query = dict.fromkeys(("commune", "besoin", "gratuit", "ouvert", "page", "inconnu"), value)
            assert names(read(client, URL, **query)) == ["Toujours là"], value
        for value in ("x", "67482", "..%2f", "a" * 300):
            assert client.get(f"{URL}{value}/imprimer/").status_code == 404

    def test_number_of_queries_is_constant(self, client, django_assert_max_num_queries):
        for number in range(20):
            place(list(COMMUNES)[number % 33], hours="Mo-Fr 09:00-17:00")
        read(client, URL, commune="67482", besoin="", ouvert="oui")
        with django_assert_max_num_queries(3) as few:
            read(client, URL, commune="67482", ouvert="oui")
        Place.objects.bulk_create(PlaceFactory.build_batch(180))
        with django_assert_max_num_queries(len(few)):
            read(client, URL, commune="67482", ouvert="oui")
        with django_assert_max_num_queries(len(few)):
            read(client, f"{URL}strasbourg/imprimer/")

    def test_at_most_two_upcoming_workshops_are_listed(self, client):
        for number in range(3):
            WorkshopFactory(title=f"Atelier {number}", starts_at=NOW + dt.timedelta(days=number + 1))
        WorkshopFactory(title="Annulé", starts_at=NOW + dt.timedelta(hours=1), cancelled_because="Salle fermée.")
        text = read(client, URL).get_text()
        assert "Atelier 0" in text
        assert "Atelier 1" in text
        assert "Atelier 2" not in text
        assert "Annulé" not in text


@pytest.mark.indexed
@pytest.mark.django_db
class TestPlacePage:
    def test_page_shows_the_week_as_a_table_and_the_date_of_the_last_check(self, client):
        made = place(hours="Mo-Fr 09:00-12:00,14:00-17:00", checked_on=dt.date(2026, 1, 5))
        page = read(client, made.get_absolute_url())
        rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
        assert rows[0] == "Lundi 2\u00a0mars 2026 9\u00a0h\u00a0–\u00a012\u00a0h, 14\u00a0h\u00a0–\u00a017\u00a0h"
        assert rows[6] == "Dimanche 8\u00a0mars 2026 fermé"
        assert re.search(r"Dernière vérification le 5.janvier.2026\.", page.get_text())
        assert "À vérifier" not in page.get_text()

    def test_list_and_page_mark_a_place_unchecked_for_a_year(self, client):
        made = place(checked_on=dt.date(2025, 3, 1))
        assert "À vérifier" in read(client, URL).get_text()
        assert "Appelez avant d’y aller" in read(client, made.get_absolute_url()).get_text()

    def test_a_place_without_a_phone_number_asks_nobody_to_call_it(self, client):
        fields = {"hours": "", "fees": (), "checked_on": dt.date(2025, 3, 1), "latitude": None, "longitude": None}
        for phone, asks in (("03 53 01 00 99", True), ("", False)):
            made = place(phone=phone, **fields)
            text = read(client, made.get_absolute_url()).main.get_text()
            assert "Horaires non connus" in text
            for words in ("appelez avant de venir", "Appelez avant d’y aller", "Appelez pour savoir", "par téléphone"):
                assert (words in text) is asks, words

    def test_unreadable_hours_are_displayed_unchanged(self, client):
        made = place(hours="sur rendez-vous, le mardi")
        assert "sur rendez-vous, le mardi" in read(client, made.get_absolute_url()).get_text()
        assert names(read(client, URL, ouvert="oui")) == []

    def test_exceptional_closure_is_displayed_on_every_page_of_the_place(self, client):
        closed = {"closed_from": dt.date(2026, 3, 2), "closed_until": dt.date(2026, 3, 3), "closed_because": "travaux"}
        made = place(name="Zinnia", hours="Mo-Fr 09:00-12:00", **closed)
        sentence = "Fermé du 2 au 3\u00a0mars 2026"
        for path, query in (
            (made.get_absolute_url(), {}),
            (URL, {}),
            (f"{URL}strasbourg/imprimer/", {}),
            ("/recherche/", {"q": "zinnia"}),
        ):
            assert sentence in read(client, path, **query).get_text(), path
        rows = [row.td.get_text() for row in read(client, made.get_absolute_url()).select("tbody tr")]
        assert rows[:3] == ["fermé exceptionnellement", "fermé exceptionnellement", "9\u00a0h\u00a0–\u00a012\u00a0h"]
        assert names(read(client, URL, ouvert="oui")) == []
        file = io.StringIO(client.get("/donnees-ouvertes/lieux.csv").getvalue().decode("utf-8-sig"))
        [row] = csv.DictReader(file, delimiter=";")
        assert row["horaires"] == 'Mo-Fr 09:00-12:00; 2026 Mar 2-2026 Mar 3 off "travaux"'

    def test_fictional_place_is_marked_on_page_list_and_print_sheet(self, client):
        made = place(is_invented=True)
        assert "Ce lieu n’existe pas" in read(client, made.get_absolute_url()).get_text()
        assert "Lieu inventé" in read(client, URL).get_text()
        assert "Lieu inventé" in read(client, f"{URL}strasbourg/imprimer/").get_text()


@pytest.mark.django_db
class TestPrintSheet:
    def test_places_of_the_commune_come_first_and_days_with_equal_hours_are_grouped(self, client):
        place("67482", name="Strasbourg")
        place("67447", name="Ici", hours="Mo-Th 09:00-12:00; Fr 09:00-11:00", phone="03 53 01 00 99")
        page = read(client, f"{URL}schiltigheim/imprimer/")
        assert [head.get_text() for head in page.select(".notice-board__place h2")] == ["Ici", "Strasbourg"]
        text = page.get_text(" ", strip=True)
        assert "03\u00a053\u00a001\u00a000\u00a099" in text
        assert "Lundi à jeudi" in text

    def test_every_commune_has_a_print_sheet(self, client):
        links = set()
        for code in COMMUNES:
            place(code)
        for code in COMMUNES:
            [link] = read(client, URL, commune=code).select('a[href$="/imprimer/"]')
            links.add(link["href"])
        assert len(links) == len(COMMUNES)
        assert all(client.get(link).status_code == 200 for link in links)


class TestPlan:
    def matches(self, *points):
        places = [PlaceFactory.build(pk=pk, latitude=y, longitude=x) for pk, (y, x) in enumerate(points, 1)]
        return numbered(find(places, commune="", open_only=False, now=NOW))

    def test_marks_are_oriented_to_the_north_and_stay_within_the_plan(self):
        plan = plan_of(self.matches((48.66, 7.83), (48.50, 7.60), (48.57, 7.75)))
        north_east, south_west, middle = plan.marks
        assert north_east.y < middle.y < south_west.y
        assert south_west.x < middle.x < north_east.x
        for mark in plan.marks:
            assert RADIUS <= mark.x <= WIDTH - RADIUS
            assert RADIUS <= mark.y <= HEIGHT - RADIUS

    def test_places_at_one_address_are_drawn_apart(self):
        plan = plan_of(self.matches(*[(48.57, 7.75)] * 4))
        for one in plan.marks:
            for other in plan.marks:
                assert one is other or (one.x - other.x) ** 2 + (one.y - other.y) ** 2 > (1.6 * RADIUS) ** 2

    def test_labels_overlap_neither_each_other_nor_marks(self):
        chance = random.Random(1)
        for _turn in range(30):
            points = [(chance.uniform(48.48, 48.68), chance.uniform(7.6, 7.82)) for _point in range(12)]
            plan = plan_of(self.matches(*points), chance.choice(list(COMMUNES)))
            boxes = [name.box() for name in plan.names]
            boxes += [(m.x - RADIUS, m.y - RADIUS, m.x + RADIUS, m.y + RADIUS) for m in plan.marks]
            for number, box in enumerate(boxes[: len(plan.names)]):
                for other in boxes[number + 1 :]:
                    assert box[2] <= other[0] or other[2] <= box[0] or box[3] <= other[1] or other[3] <= box[1]

    def test_scale_matches_the_distance(self):
        plan = plan_of(self.matches((48.50, 7.7), (48.50 + 5 / 111.2, 7.7)))
        south, north = plan.marks
        assert plan.scale_width / plan.scale_km == pytest.approx((south.y - north.y) / 5, rel=0.01)

    def test_no_plan_without_coordinates(self):
        assert plan_of(self.matches()) is None


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "expected"), [(15, 15), (16, 12)])
def test_page_includes_up_to_three_remaining_places(client, number, expected):
    for rank in range(number):
        place(name=f"Lieu {rank}")
    page = read(client, "/aide-numerique/")
    assert len(page.select(".place-list > li")) == expected
    assert bool(page.select("a[href*='page=2']")) == (expected < number)


@pytest.mark.django_db
def test_page_starts_with_three_links(client):
    doors = [(door.get_text(), door["href"]) for door in read(client, "/aide-numerique/").select(".tiles--doors a")]
    assert doors == [
        ("Un lieu", "#resultats"),
        ("Un atelier", "/aide-numerique/ateliers/"),
        ("Apprendre chez soi", "/aide-numerique/ressources/"),
    ]


@pytest.mark.django_db
def test_page_sets_no_cookie_and_loads_no_other_resource(client):
    place()
    answer = client.get(URL, {"commune": "67482"})
    assert not answer.cookies
    page = BeautifulSoup(answer.content.decode(), "html.parser")
    assert not page.select(".plan image, .plan use, .plan a")
    assert "geolocation" not in str(page)
