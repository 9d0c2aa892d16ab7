"""Journeys of participants of a session, in a real browser on a small phone, in each mode."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from committee.models import Attendance, Mandate, SessionMinutes
from common.templatetags.dates import CITY_ZONE
from tests.browser.people import fits, sign_in
from tests.factories import MandateFactory, SessionPageFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def evening():
    """Start of the next session."""
    day = timezone.localdate() + dt.timedelta(days=3)
    starts_at = dt.datetime.combine(day, dt.time(18), tzinfo=CITY_ZONE)
    SessionPageFactory(title="Finir une démarche", starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2))
    return starts_at


def test_find_the_next_session_and_add_it_to_a_calendar(person, evening):
    page = person.page

    page.goto("/")
    person.follow("Lire l’ordre du jour")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Finir une démarche")
    with page.expect_download() as download:
        person.follow("Ajouter à mon agenda")

    calendar = download.value.path().read_text()
    assert f"DTSTART;TZID=Europe/Paris:{evening:%Y%m%d}T180000" in calendar


def test_member_reports_an_absence_from_the_pending_tasks(person, client, evening):
    member = MandateFactory(member__user=sign_in(person, client)).member
    page = person.page

    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/membres/")
    person.follow("Vous ne pouvez pas venir")
    # On the first screen of a phone, without scrolling.
    expect(page.get_by_role("button", name="Dire que je ne peux pas venir")).to_be_in_viewport(ratio=1)
    person.press("Dire que je ne peux pas venir")
    # The page before says the same of what will happen.
    expect(page.get_by_role("main")).to_contain_text("C’est noté : votre absence est excusée")

    assert member.attendances.get().state == Attendance.State.EXCUSED


def test_rapporteur_records_attendance_and_writes_the_minutes(person, client):
    now = timezone.now()
    session = SessionPageFactory(starts_at=now - dt.timedelta(hours=3), ends_at=now - dt.timedelta(hours=1))
    MandateFactory(member__user=sign_in(person, client), role=Mandate.Role.RAPPORTEUR, seat=None)
    seat = MandateFactory(member__name="Odile M.").seat
    page = person.page

    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/membres/")
    person.follow("Noter les présences")
    person.tick(f"siege-{seat.pk}", "present")
    assert fits(page)
    person.press("Enregistrer")
    expect(page.get_by_role("main")).to_contain_text("Tous les sièges sont notés")
    page.goto("/membres/")
    person.follow("Écrire le compte rendu")
    person.fill(text="Ce qui s’est dit.", **{"decisions-0-text": "Le comité demande une carte."})
    person.select("decisions-0-manner", "accord")
    assert fits(page)
    person.press("Enregistrer le compte rendu")
    expect(page.get_by_text("Le compte rendu est enregistré.")).to_be_visible()

    assert Attendance.objects.get().state == Attendance.State.PRESENT
    record = SessionMinutes.objects.get(session=session)
    assert (record.text, record.decisions.get().manner) == ("Ce qui s’est dit.", "accord")
