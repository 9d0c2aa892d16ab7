"""The first day of a committee: its seats at once."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import ModelLogEntry

from committee.models import Seat
from tests.factories import MandateFactory, SeatFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC), tick=False)]

SEATS = reverse("several_seats")
SEAT_LIST = reverse("wagtailsnippets_committee_seat:list")
FIRST_DAY = dt.date(2027, 1, 11)


@pytest.fixture
def secretariat(client, editor_of):
    client.force_login(editor_of("Secrétariat"))
    return client


def words_of(response):
    """Returns the text of the page, its spaces plain."""
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


class TestSeveralSeats:
    def create(self, client, **colleges):
        data = {"starts_on": "11/01/2027"}
        for row, (college, count) in enumerate(colleges.items(), 1):
            data |= {f"college_{row}": college, f"count_{row}": count}
        return client.post(SEATS, data, follow=True)

    def test_one_form_creates_the_seats_of_all_colleges(self, secretariat):
        page = self.create(secretariat, Habitants=8, Associations=2)
        names = [f"Habitants, siège {number}" for number in range(1, 9)]
        assert [seat.name for seat in Seat.objects.all()] == [*names, "Associations, siège 1", "Associations, siège 2"]
        assert set(Seat.objects.values_list("starts_on", "college")) == {
            (FIRST_DAY, "Habitants"),
            (FIRST_DAY, "Associations"),
        }
        assert "10 sièges créés" in words_of(page)
        assert ModelLogEntry.objects.filter(action="wagtail.create").count() == 10

    def test_again_it_creates_what_lacks_and_names_what_stays(self, secretariat):
        SeatFactory(name="Habitants, siège 2", starts_on="2020-01-01", order=7)
        page = self.create(secretariat, Habitants=3)
        assert "2 sièges créés" in words_of(page)
        assert "Habitants, siège 2" in words_of(page)
        assert str(Seat.objects.get(name="Habitants, siège 2").starts_on) == "2020-01-01"
        assert "Aucun siège n’est créé" in words_of(self.create(secretariat, Habitants=3))
        assert Seat.objects.count() == 3

    def test_half_a_line_is_refused_beside_its_field(self, secretariat):
        page = self.create(secretariat, Habitants="")
        assert not Seat.objects.exists()
        assert "count_1" in page.context["form"].errors
        data = {"starts_on": "11/01/2027", "college_1": "A", "count_1": 2, "college_2": "A", "count_2": 3, "count_3": 1}
        errors = secretariat.post(SEATS, data).context["form"].errors
        assert set(errors) == {"college_2", "college_3"}
        assert not Seat.objects.exists()

    def test_the_list_leads_there_and_says_from_when_a_seat_exists(self, secretariat):
        self.create(secretariat, Habitants=1)
        SeatFactory(name="Ancien", starts_on="2020-01-01", ends_on="2026-11-30")
        MandateFactory(member__name="Odile", seat__name="Occupé")
        page = secretariat.get(SEAT_LIST)
        said = words_of(page)
        assert f'href="{SEATS}"' in page.content.decode()
        assert "Existe à partir du 11 janvier 2027" in said
        assert "A existé jusqu’au 30 novembre 2026" in said
        choices = reverse("wagtailsnippetchoosers_committee_seat:choose_results")
        assert "Odile" in words_of(secretariat.get(choices))

    def test_a_chooser_shows_a_whole_committee_and_which_seat_is_empty(self, secretariat):
        self.create(secretariat, Habitants=12)
        SeatFactory(name="Libre")
        page = secretariat.get(reverse("wagtailsnippetchoosers_committee_seat:choose_results"))
        assert len(page.context["results"]) == 13
        assert words_of(page).count("Siège vide") == 1

    def test_a_committee_without_seats_is_told_on_the_dashboard(self, secretariat):
        said = words_of(secretariat.get(reverse("wagtailadmin_home")))
        assert "Le comité n’a aucun siège aujourd’hui" in said
        assert "sur 0" not in said
