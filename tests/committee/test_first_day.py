"""First day of a committee: its seats in one form, its members from a file, its dates."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook
from wagtail.models import ModelLogEntry, PageLogEntry

from accounts.models import User
from committee.models import AccountInvitation, Mandate, Member, Seat, SessionPage
from committee.services import member_file
from tests.committee.minutes import words_of
from tests.factories import MandateFactory, MemberFactory, SeatFactory, SessionPageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC), tick=False)]

SEATS = reverse("several_seats")
FILE, DATES = reverse("member_file"), reverse("session_dates")
SEAT_LIST = reverse("wagtailsnippets_committee_seat:list")
FIRST_DAY = dt.date(2027, 1, 11)


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

    def test_second_submission_creates_missing_seats_and_lists_existing_ones(self, secretariat):
        SeatFactory(name="Habitants, siège 2", starts_on="2020-01-01", order=7)
        page = self.create(secretariat, Habitants=3)
        assert "2 sièges créés" in words_of(page)
        assert "Habitants, siège 2" in words_of(page)
        assert str(Seat.objects.get(name="Habitants, siège 2").starts_on) == "2020-01-01"
        assert "Aucun siège n’est créé" in words_of(self.create(secretariat, Habitants=3))
        assert Seat.objects.count() == 3

    def test_incomplete_or_repeated_row_is_refused_at_its_field(self, secretariat):
        page = self.create(secretariat, Habitants="")
        assert not Seat.objects.exists()
        assert "count_1" in page.context["form"].errors
        data = {"starts_on": "11/01/2027", "college_1": "A", "count_1": 2, "college_2": "A", "count_2": 3, "count_3": 1}
        errors = secretariat.post(SEATS, data).context["form"].errors
        assert set(errors) == {"college_2", "college_3"}
        assert not Seat.objects.exists()

    def test_list_of_seats_links_to_the_form_and_shows_their_dates(self, secretariat):
        self.create(secretariat, Habitants=1)
        SeatFactory(name="Ancien", starts_on="2020-01-01", ends_on="2026-11-30")
        MandateFactory(member__name="Odile", seat__name="Occupé")
        page = secretariat.get(SEAT_LIST)
        text = words_of(page)
        assert f'href="{SEATS}"' in page.content.decode()
        assert "Existe à partir du 11 janvier 2027" in text
        assert "A existé jusqu’au 30 novembre 2026" in text
        choices = reverse("wagtailsnippetchoosers_committee_seat:choose_results")
        assert "Odile" in words_of(secretariat.get(choices))

    def test_chooser_shows_all_seats_and_marks_empty_ones(self, secretariat):
        self.create(secretariat, Habitants=12)
        SeatFactory(name="Libre")
        page = secretariat.get(reverse("wagtailsnippetchoosers_committee_seat:choose_results"))
        assert len(page.context["results"]) == 13
        assert words_of(page).count("Siège vide") == 1

    def test_the_dashboard_reports_a_committee_without_seats(self, secretariat):
        text = words_of(secretariat.get(reverse("wagtailadmin_home")))
        assert "Le comité n’a aucun siège :" in text
        assert "sur 0" not in text


class TestMemberFile:
    HEADER = "Nom;Siège;Rôle;Mandat du;Mandat au;E-mail"
    # Ida agreed before, Max has not answered.
    ANSWERS = {"Ida": "non", "Max": "NON", "Odile": "Oui", "Paul": "non", "Luc": "", "Zoé": "peut-être"}

    @pytest.fixture(autouse=True)
    def seats(self):
        for number in (1, 2, 3):
            SeatFactory(name=f"Habitants, siège {number}", college="Habitants", order=number)

    def send(self, client, *rows, content=None, **data):
        content = content or "\n".join([self.HEADER, *rows]).encode()
        return client.post(FILE, {"file": SimpleUploadedFile("membres.csv", content), **data})

    def confirm(self, client, *rows, **data):
        text = self.send(client, *rows).context["form"]["text"].value()
        return client.post(FILE, {"text": text, "take_in": "1", **data})

    def outcomes(self, page):
        return [(row.line, row.is_refused, " ".join(row.sentence.split())) for row in page.context["done"].rows]

    def test_dry_run_shows_the_effect_of_each_row_without_writing(self, secretariat):
        page = self.send(
            secretariat,
            "Odile M.;Habitants, siège 1;Membre;11/01/2027;10/01/2029;odile@courriel.example",
            ";Habitants, siège 2;Membre;11/01/2027;;",
            "Paul R.;Habitants, siège 9;;11/01/2027;;",
        )
        text = words_of(page)
        assert "Rien n’est encore écrit" in text
        assert "1 ligne nouvelle" in text
        assert "1 ligne refusée" in text
        assert "1 ligne sans nom, laissée de côté" in text
        assert "Vous serez membre du comité à partir du lundi 11 janvier 2027." in text
        assert "Nouveau membre : Membre (Habitants, siège 1), du 11 janvier 2027 au 10 janvier 2029." in text
        assert "Refusée : Aucun siège ne s’appelle « Habitants, siège 9 »" in text
        assert [row[:2] for row in self.outcomes(page)] == [(2, False), (4, True)]
        assert (Member.objects.count(), Mandate.objects.count(), ModelLogEntry.objects.count()) == (0, 0, 0)

    def test_unknown_columns_are_listed(self, secretariat):
        header = self.HEADER.replace("Mandat au", "Fin du mandat")
        row = "Odile M.;Habitants, siège 1;Membre;11/01/2027;10/01/2029;"
        page = self.send(secretariat, content=f"{header}\n{row}".encode())
        assert page.context["done"].ignored == ["Fin du mandat"]
        assert "Colonnes inconnues, laissées de côté : Fin du mandat" in words_of(page)
        assert "Colonnes inconnues" not in words_of(self.send(secretariat, row))

    def test_each_row_is_imported_or_refused_with_a_reason(self, secretariat):
        MandateFactory(member__name="Déjà Là", seat=Seat.objects.get(name="Habitants, siège 3"))
        page = self.confirm(
            secretariat,
            "Odile M.;habitants, siege 1;Coordination;11/01/2027;10/01/2029;",
            "Paul R.;Habitants, siège 1;Suppléant;2027-01-11;;",
            "Nora B.;Habitants, siège 3;Membre;11/01/2027;;",
            "Zoé;Habitants, siège 2;Présidente;11/01/2027;;",
            "Yves;Habitants, siège 2;Membre;hier;;",
            "Luc;Habitants, siège 2;Membre;;;",
            "Anne;Habitants, siège 2;Membre;11/01/2027;10/01/2027;",
            "Léa;Habitants, siège 2;Membre;11/01/2027;;lea",
            "Eva;Habitants, siège 2;Coordination;11/01/2028;;",
            f"{'N' * 81};Habitants, siège 2;Membre;11/01/2027;;",
            "Trop;de;cellules;11/01/2027;;;",
        )
        refused = {line: sentence for line, is_refused, sentence in self.outcomes(page) if is_refused}
        reasons = {
            4: "Déjà Là occupe déjà ce siège",
            5: "« Présidente » n’est pas un rôle",
            6: "« hier » n’est pas une date",
            7: "premier jour du mandat",
            8: "Écrivez un dernier jour",
            9: "« lea » n’est pas une adresse e-mail",
            10: "Une seule personne à la fois",
            11: "80 caractères",
            12: "La ligne a 7 cases",
        }
        assert {line: reasons[line] for line in refused if reasons[line] in refused[line]} == reasons, refused
        created = Mandate.objects.exclude(member__name="Déjà Là")
        assert set(created.values_list("member__name", "role", "seat__name", "starts_on", "ends_on")) == {
            ("Odile M.", "member", "Habitants, siège 1", FIRST_DAY, dt.date(2029, 1, 10)),
            ("Odile M.", "coordinator", None, FIRST_DAY, dt.date(2029, 1, 10)),
            ("Paul R.", "substitute", "Habitants, siège 1", FIRST_DAY, None),
        }
        assert set(Member.objects.values_list("name", "college", "is_named")) >= {("Odile M.", "Habitants", False)}
        assert Member.objects.count() == 3

    def test_import_is_idempotent_and_a_later_file_adds_mandates(self, secretariat):
        row = "Odile M.;Habitants, siège 1;Membre;11/01/2027;;"
        self.confirm(secretariat, row)
        page = self.confirm(secretariat, row, "ODILE M.;;Rapport des séances;11/01/2027;;")
        assert [sentence for _line, _refused, sentence in self.outcomes(page)] == [
            "Déjà connu : rien ne change.",
            "Nouveau mandat : Rapport des séances, à partir du 11 janvier 2027, sans dernier jour.",
        ]
        assert Member.objects.get().mandates.count() == 2
        assert "Ce fichier ne change rien" in words_of(self.send(secretariat, ""))
        MemberFactory(name="odile m.")
        refused = self.send(secretariat, "Odile M.;;Animation des séances;11/01/2027;;").context["done"].refused
        assert "Plusieurs membres portent ce nom" in refused[0].sentence

    def test_answer_to_be_named_is_imported_and_never_overwritten(self, secretariat):
        MemberFactory(name="Ida", is_named=True)
        MemberFactory(name="Max", is_named=False)
        rows = [f"{name};;11/01/2027;{answer}" for name, answer in self.ANSWERS.items()]
        content = "\n".join(["Nom;Rôle;Mandat du;Nom public", *rows]).encode()
        text = self.send(secretariat, content=content).context["form"]["text"].value()
        page = secretariat.post(FILE, {"text": text, "take_in": "1"})
        refused = {row.name: row.sentence for row in page.context["done"].refused}
        assert set(refused) == {"Ida", "Zoé"}
        assert "a répondu autrement" in refused["Ida"]
        assert "« peut-être » n’est pas une réponse" in " ".join(refused["Zoé"].split())
        assert {member.name: member.naming.value for member in Member.objects.all()} == {
            **{"Ida": "yes", "Max": "no", "Odile": "yes"},
            **{"Paul": "no", "Luc": "not-asked"},
        }

    def test_members_with_an_address_are_invited_if_selected(self, secretariat):
        UserFactory(email="prise@courriel.example")
        rows = [
            "Odile M.;Habitants, siège 1;Membre;11/01/2027;;Odile@courriel.example",
            "Paul R.;Habitants, siège 2;Membre;11/01/2027;;prise@courriel.example",
        ]
        trial = self.send(secretariat, *rows)
        assert "Une fois parti" in words_of(trial)
        self.confirm(secretariat, *rows)
        assert not AccountInvitation.objects.exists()
        page = self.confirm(secretariat, *rows, invite="1")
        assert AccountInvitation.objects.get().email == "odile@courriel.example"
        assert "1 invitation est partie." in words_of(page)
        assert "Paul R.: Cette adresse a déjà un compte" in words_of(page).replace(" :", ":")

    def test_workbook_is_imported_like_a_csv_file(self, secretariat):
        book, file = Workbook(), io.BytesIO()
        book.active.append(self.HEADER.split(";"))
        book.active.append(["Odile M.", "Habitants, siège 1", "Membre", dt.datetime(2027, 1, 11)])
        book.save(file)
        text = self.send(secretariat, content=file.getvalue()).context["form"]["text"].value()
        secretariat.post(FILE, {"text": text, "take_in": "1"})
        assert Mandate.objects.get().starts_on == FIRST_DAY

    def test_invalid_file_has_one_error(self, secretariat, monkeypatch):
        def errors(content):
            return " ".join(self.send(secretariat, content=content).context["form"].errors["file"])

        assert "Nom, Mandat du" in errors(b"a;b\n1;2")
        assert "XLSX" in errors(b"PK and nothing")
        assert "Ce fichier dépasse" in errors(b"x" * 1_000_001)
        monkeypatch.setattr(member_file, "MAX_ROWS", 1)
        assert "plus de 1 lignes" in errors(f"{self.HEADER}\nA;;;;;\nB;;;;;".encode())
        assert "Choisissez un fichier" in words_of(secretariat.post(FILE))

    def test_template_has_a_row_for_each_empty_seat_and_can_be_imported(self, secretariat):
        MandateFactory(seat=Seat.objects.get(name="Habitants, siège 1"), starts_on=FIRST_DAY)
        SeatFactory(name="À venir", starts_on=FIRST_DAY, order=9)
        SeatFactory(name="Ancien", starts_on="2020-01-01", ends_on="2020-12-31")
        content = b"".join(secretariat.get(reverse("member_model")).streaming_content)
        assert content.decode().replace('"', "").splitlines()[1:] == [
            ";Habitants, siège 2;Membre;01/12/2026;;;",
            ";Habitants, siège 3;Membre;01/12/2026;;;",
            ";À venir;Membre;11/01/2027;;;",
        ]
        filled = content.decode().replace('"";"À venir"', '"Odile";"À venir"').encode()
        page = self.send(secretariat, content=filled)
        assert [(row.name, row.is_new) for row in page.context["done"].rows] == [("Odile", True)]
        assert page.context["done"].nameless == 2

    def test_import_does_not_read_tables_for_each_row(self, secretariat):
        by = User.objects.get(groups__name="Secrétariat")

        def query_count(count):
            rows = [f"M{number};;Membre;11/01/2027;;" for number in range(count)]
            with CaptureQueriesContext(connection) as queries:
                member_file.take_in("\n".join([self.HEADER, *rows]), by=by, dry_run=True)
            tables = ('FROM "committee_seat"', 'FROM "committee_member" ORDER')
            return sum(any(table in query["sql"] for table in tables) for query in queries)

        assert query_count(2) == query_count(6) == 2


class TestSessionDates:
    DETAILS = {"starts": "18:00", "ends": "20:00", "place": "Salle Bleue", "open_to_public": "on", "first_number": "1"}

    def create(self, client, *days, publish="publish", **changes):
        fields = {f"day_{rank}": day for rank, day in enumerate(days, 1)}
        return client.post(DATES, {**self.DETAILS, **fields, "publish": publish, **changes}, follow=True)

    def errors(self, client, *days, **changes):
        return set(self.create(client, *days, **changes).context["form"].errors)

    def test_one_form_publishes_several_sessions_in_order_of_their_days(self, secretariat, client):
        days = ["15/03/2027", "11/01/2027", "15/02/2027", "13/07/2027"]
        page = self.create(secretariat, *days)
        assert "4 séances sont publiées" in words_of(page)
        sessions = SessionPage.objects.live().order_by("starts_at")
        assert [(one.number, one.slug, one.place) for one in sessions] == [
            (1, "2027-01-11", "Salle Bleue"),
            (2, "2027-02-15", "Salle Bleue"),
            (3, "2027-03-15", "Salle Bleue"),
            (4, "2027-07-13", "Salle Bleue"),
        ]
        # Paris time, in winter and in summer.
        assert [one.starts_at.astimezone(dt.UTC).hour for one in sessions] == [17, 17, 17, 16]
        assert client.get(sessions[0].get_url()).status_code == 200
        assert PageLogEntry.objects.filter(action="wagtail.publish").count() == 4

    def test_form_has_initial_values_of_the_last_session(self, secretariat):
        self.create(secretariat, "11/01/2027", access="Ascenseur", publish="draft")
        assert not SessionPage.objects.live().exists()
        initial = secretariat.get(DATES).context["form"].initial
        assert (initial["first_number"], initial["place"], initial["access"]) == (2, "Salle Bleue", "Ascenseur")
        assert str(initial["starts"]) == "18:00:00"

    def test_invalid_day_is_refused_at_its_field_and_no_session_is_created(self, secretariat):
        SessionPageFactory(starts_at=dt.datetime(2027, 1, 11, 17, tzinfo=dt.UTC))
        days = ["11/01/2027", "30/11/2026", "15/02/2027", "15/02/2027", "15/03/2027"]
        assert self.errors(secretariat, *days) == {"day_1", "day_2", "day_4"}
        assert self.errors(secretariat, "15/03/2027", ends="17:00") == {"ends"}
        assert SessionPage.objects.count() == 1

    def test_a_public_holiday_gives_a_warning(self, secretariat):
        assert "jour férié" in words_of(self.create(secretariat, "14/07/2027"))
