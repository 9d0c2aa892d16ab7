"""Pages of attendance: access, content, and that no name is public."""

import datetime as dt
import json

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committee.area.queries import member_tasks
from committee.attendance.services.absences import announce_absence
from committee.attendance.services.recording import record_sheet, record_with_code
from committee.models import Attendance, Mandate, SessionPage
from committee.models.attendance_rules import code_of
from common.templatetags.dates import CITY_ZONE
from tests.factories import MandateFactory, SeatFactory, SessionPageFactory, UserFactory

pytestmark = pytest.mark.django_db

State, Role = Attendance.State, Mandate.Role
STARTS = dt.datetime(2026, 11, 23, 18, tzinfo=CITY_ZONE)
ENDS = STARTS + dt.timedelta(hours=2)
SHEET = "/membres/seances/2026-11-23/presence/"
CODE = f"{SHEET}code/"
ENTRY = "/membres/presence/"
PUBLIC = "/le-comite/seances/2026-11-23/"


@pytest.fixture
def clock():
    with time_machine.travel(STARTS, tick=False) as traveller:
        cache.clear()
        yield traveller


@pytest.fixture
def session(clock):
    return SessionPageFactory(starts_at=STARTS, ends_at=ENDS)


def member(**fields):
    return MandateFactory(member__user=UserFactory(), **fields).member


def read(response, status=200):
    assert response.status_code == status
    return response.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize("address", [SHEET, CODE, f"{SHEET}papier/"])
def test_officers_and_the_secretariat_record_attendance(client, session, editor_of, address):
    assert client.get(address).headers["Location"].endswith(f"?next={address}")
    users = {
        Role.COORDINATOR: 200,
        Role.DEPUTY_COORDINATOR: 200,
        Role.RAPPORTEUR: 200,
        Role.FACILITATOR: 403,
        Role.PARTNERSHIP: 403,
    }
    for role, status in users.items():
        client.force_login(member(role=role, seat=None).user)
        assert client.get(address).status_code == status, role
    for user, status in ((member().user, 403), (UserFactory(), 403), (editor_of("Secrétariat"), 200)):
        client.force_login(user)
        assert client.get(address).status_code == status


def test_signature_sheet_has_a_row_for_each_filled_seat(client, session, clock):
    clock.move_to(STARTS - dt.timedelta(days=3))
    seats = [SeatFactory(name=f"Siège {number}", order=number) for number in (1, 2, 3)]
    absent = member(member__name="Odile M.", seat=seats[0])
    MandateFactory(member__name="Nora K.", seat=seats[0], role=Role.SUBSTITUTE)
    MandateFactory(member__name="Paul R.", seat=seats[1])
    announce_absence(session=session, member=absent, by=absent.user, now=STARTS - dt.timedelta(days=3))
    client.force_login(member(role=Role.COORDINATOR, seat=None).user)
    assert f'href="{SHEET}papier/"' in read(client.get(SHEET))
    page = BeautifulSoup(read(client.get(f"{SHEET}papier/")), "html.parser")
    rows = [[cell.get_text(" ", strip=True) for cell in row(["th", "td"])] for row in page.tbody("tr")]
    assert rows[:2] == [
        ["Siège 1", "Odile M. Suppléance : Nora K. Absence annoncée", ""],
        ["Siège 2", "Paul R.", ""],
    ]
    assert rows[2:] == [["Personne invitée", "", ""]] * 6


def test_sheet_can_be_saved_in_several_steps(client, session):
    officer = member(role=Role.COORDINATOR, seat=None)
    client.force_login(officer.user)
    one, two, three = (MandateFactory() for _ in range(3))
    MandateFactory(seat=two.seat, role=Role.SUBSTITUTE, member__name="Nora K.")
    SeatFactory(name="Siège vide")
    text = read(client.get(SHEET))
    assert text.count("<fieldset") == 3
    assert text.count("Remplacé par Nora K.") == 1
    assert "Sièges sans personne, qui ne comptent pas : Siège vide" in text
    after = read(client.post(SHEET, {f"siege-{two.seat.pk}": "substituted"}, follow=True))
    assert "Il reste 2 sièges à noter." in after
    [ticked] = BeautifulSoup(after, "html.parser").select("input[checked]")
    assert (ticked["name"], ticked["value"]) == (f"siege-{two.seat.pk}", "substituted")
    # A page opened before does not overwrite newer records.
    after = read(client.post(SHEET, {f"siege-{one.seat.pk}": "absent", "reste": "1"}, follow=True))
    assert "Tous les sièges sont notés" in after
    states = dict(Attendance.objects.values_list("seat", "state"))
    assert states == {one.seat.pk: "absent", two.seat.pk: "substituted", three.seat.pk: "present"}


def test_sheet_opened_before_a_member_entered_the_code_does_not_overwrite_the_presence(client, session):
    officer = member(role=Role.COORDINATOR, seat=None)
    excused, absent = (MandateFactory() for _ in range(2))
    for mandate in (excused, absent):
        announce_absence(session=session, member=mandate.member, by=officer.user, now=STARTS - dt.timedelta(days=1))
    client.force_login(officer.user)
    page = BeautifulSoup(read(client.get(SHEET)), "html.parser")
    shown = {field["name"]: field["value"] for field in page.select("form.sheet input[type=hidden], input[checked]")}
    record_with_code(session=session, member=excused.member, online=False, by=officer.user, now=STARTS)
    client.post(SHEET, shown | {f"siege-{absent.seat.pk}": "absent"})
    states = dict(Attendance.objects.values_list("seat", "state"))
    assert states == {excused.seat.pk: "present", absent.seat.pk: "absent"}


def test_sheet_is_read_only_after_publication_of_the_minutes(client, session):
    officer = member(role=Role.RAPPORTEUR, seat=None)
    holder = MandateFactory()
    record_sheet(session=session, states={holder.seat.pk: State.EXCUSED}, by=officer.user, now=STARTS)
    SessionPage.objects.filter(pk=session.pk).update(minutes_published_at=ENDS)
    client.force_login(officer.user)
    text = read(client.get(SHEET))
    assert "Le compte rendu est publié" in text
    assert "Excusé" in text
    assert "<fieldset" not in text
    answer = client.post(SHEET, {f"siege-{holder.seat.pk}": "present"})
    assert "Le compte rendu est publié" in read(answer, 422)
    assert Attendance.objects.get().state == State.EXCUSED


def test_unknown_state_is_refused(client, session):
    client.force_login(member(role=Role.COORDINATOR, seat=None).user)
    holder = MandateFactory()
    read(client.post(SHEET, {f"siege-{holder.seat.pk}": "venu"}), 422)
    assert not Attendance.objects.exists()


# The code


def test_a_member_enters_the_code_shown_in_the_room(client, session):
    officer, sitting = member(role=Role.COORDINATOR, seat=None), member()
    client.force_login(officer.user)
    code = code_of(session)
    assert f"<span>{code[:3]}</span> <span>{code[3:]}</span>" in read(client.get(CODE))
    client.force_login(sitting.user)
    assert code not in read(client.get(ENTRY))
    assert "Dire que je suis là" in [one.title for one in member_tasks(sitting, STARTS)]
    answer = client.post(ENTRY, {"code": f" {code[:3]} {code[3:]} ", "where": "distance"}, follow=True)
    assert "Votre présence est notée." in read(answer)
    row = Attendance.objects.get()
    assert (row.state, row.how, row.member, row.recorded_by) == (State.ONLINE, "code", sitting, sitting.user)
    assert member_tasks(sitting, STARTS) == []
    client.force_login(officer.user)
    assert "1 siège est noté avec le code." in read(client.get(CODE))
    assert "Noté avec le code." in read(client.get(SHEET))


def test_wrong_code_is_refused_and_attempts_are_limited(client, session):
    client.force_login(member().user)
    wrong = {"code": f"{(int(code_of(session)) + 1) % 10**6:06d}", "where": "salle"}
    assert "Ce n’est pas le code" in read(client.post(ENTRY, wrong), 422)
    assert "six chiffres" in read(client.post(ENTRY, {"code": "12", "where": "salle"}), 422)
    for _ in range(9):
        client.post(ENTRY, wrong)
    right = {"code": code_of(session), "where": "salle"}
    assert "beaucoup de fois" in read(client.post(ENTRY, right), 429)
    assert not Attendance.objects.exists()


def test_code_is_refused_outside_the_hours_of_the_session(client, session, clock):
    client.force_login(member().user)
    right = {"code": code_of(session), "where": "salle"}
    clock.move_to(STARTS - dt.timedelta(hours=1))
    assert "Cette page s’ouvre 30 minutes avant." in read(client.get(ENTRY))
    client.post(ENTRY, right)
    clock.move_to(ENDS + dt.timedelta(minutes=1))
    assert "Aucune séance" in read(client.get(ENTRY))
    client.post(ENTRY, right)
    assert not Attendance.objects.exists()


def test_a_member_without_a_seat_gets_an_instruction(client, session):
    client.force_login(member(role=Role.FACILITATOR, seat=None).user)
    answer = client.post(ENTRY, {"code": code_of(session), "where": "salle"})
    assert "Vous n’avez pas de siège ce jour-là." in read(answer, 422)


def test_officers_have_a_task_for_the_incomplete_sheet_during_the_session(session):
    officer, sitting = member(role=Role.RAPPORTEUR, seat=None), member()
    early, late = STARTS - dt.timedelta(minutes=31), STARTS + dt.timedelta(minutes=10)
    assert SHEET not in [one.url for one in member_tasks(officer, early)]
    [task] = member_tasks(officer, late)
    assert (task.url, task.until) == (SHEET, ENDS)
    assert SHEET not in [one.url for one in member_tasks(sitting, late)]
    [filled] = sitting.mandates.all()
    record_sheet(session=session, states={filled.seat_id: State.PRESENT}, by=officer.user, now=late)
    assert member_tasks(officer, late) == []


def test_officers_have_a_task_for_the_sheet_after_the_session(session):
    officer, sitting = member(role=Role.DEPUTY_COORDINATOR, seat=None), member()
    after = ENDS + dt.timedelta(hours=1)
    tasks = {one.url: one.title.replace("\u00a0", " ") for one in member_tasks(officer, after)}
    minutes = reverse("committee:write_minutes", args=[session.slug])
    assert tasks == {
        SHEET: "Noter les présences de la séance du 23 novembre 2026",
        minutes: "Écrire le compte rendu du 23 novembre 2026",
    }
    assert member_tasks(sitting, after) == []
    [filled] = sitting.mandates.all()
    record_sheet(session=session, states={filled.seat_id: State.PRESENT}, by=officer.user, now=after)
    assert [one.url for one in member_tasks(officer, after)] == [minutes]


# Public content


def test_public_page_and_dataset_have_a_count_without_names(client, session, clock):
    officer = member(role=Role.COORDINATOR, seat=None)
    one, two = MandateFactory(member__name="Zéphyrine Q."), MandateFactory(member__name="Anselme Q.")
    clock.move_to(ENDS + dt.timedelta(hours=1))
    record_sheet(session=session, states={one.seat.pk: State.PRESENT}, by=officer.user, now=ENDS)
    assert "représenté" not in read(client.get(PUBLIC)), "the sheet is not complete: the count would be wrong"
    record_sheet(session=session, states={two.seat.pk: State.EXCUSED}, by=officer.user, now=ENDS)
    text = read(client.get(PUBLIC))
    assert "1 siège représenté sur 2." in text
    dataset = b"".join(client.get("/donnees-ouvertes/seances.json").streaming_content).decode()
    [row] = json.loads(dataset)
    assert (row["date"], row["sieges"], row["sieges_representes"]) == ("2026-11-23", 2, 1)
    for name in ("Zéphyrine", "Anselme"):
        assert name not in text + dataset


def test_count_on_the_page_of_a_past_session_needs_two_queries(client, session, clock):
    def queries():
        client.get(PUBLIC)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(PUBLIC)
        return len(captured)

    during = queries()
    clock.move_to(ENDS + dt.timedelta(hours=1))
    for _ in range(12):
        MandateFactory()
    assert queries() == during + 2
