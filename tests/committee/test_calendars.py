"""Calendars in the iCalendar format."""

import datetime as dt

import pytest
import time_machine
from icalendar import Calendar

from committee.models import AgendaItem, SessionPage
from common.templatetags.dates import CITY_ZONE
from tests.factories import SessionPageFactory

pytestmark = pytest.mark.django_db

CALENDAR = "/le-comite/seances/calendrier.ics"


def at(year, month, day, hour=18, minute=0):
    return dt.datetime(year, month, day, hour, minute, tzinfo=CITY_ZONE)


def session(start, **fields):
    return SessionPageFactory(starts_at=start, ends_at=start + dt.timedelta(hours=2), **fields)


def events(client, address=CALENDAR):
    return Calendar.from_ical(client.get(address).content).walk("VEVENT")


def test_events_are_in_the_time_zone_of_paris(client):
    session(at(2019, 1, 14))
    session(at(2019, 5, 20))
    content = client.get(CALENDAR).content.decode()
    assert "DTSTART;TZID=Europe/Paris:20190114T180000\r\n" in content
    assert "DTSTART;TZID=Europe/Paris:20190520T180000\r\n" in content
    starts = [event.start.astimezone(dt.UTC).hour for event in events(client)]
    assert starts == [17, 16]


def test_vtimezone_has_the_offsets_of_the_system(client):
    """Clients that do not know the time zone's name use the VTIMEZONE, which must give the same times."""
    session(at(2019, 1, 14))
    [zone] = Calendar.from_ical(client.get(CALENDAR).content).walk("VTIMEZONE")
    paris = zone.to_tz(lookup_tzid=False)
    for moment in (at(2019, 1, 14), at(2019, 3, 31, 1), at(2019, 3, 31, 4), at(2019, 5, 20), at(2026, 10, 25, 12)):
        assert moment.replace(tzinfo=paris).utcoffset() == moment.utcoffset(), moment


def test_calendar_is_cacheable_and_read_only(client):
    session(at(2019, 1, 14))
    answer = client.get(CALENDAR)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies
    assert client.post(CALENDAR).status_code == 405


def test_the_same_sessions_give_the_same_bytes(client):
    session(at(2019, 1, 14))
    first = client.get(CALENDAR).content
    with time_machine.travel("2031-01-01"):
        assert client.get(CALENDAR).content == first


def test_lines_are_folded_and_end_with_cr_lf(client):
    session(at(2019, 1, 14), title="Une très longue séance où l’on parle d’accessibilité " * 3)
    lines = client.get(CALENDAR).content.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)


@pytest.mark.parametrize("field", ["title", "place", "access"])
def test_text_with_line_breaks_cannot_add_a_property(client, field):
    hostile = "Salle\r\nATTACH:https://evil.example/\nX-EVIL:1\x07; a, b \\n\u202e"
    page = session(at(2019, 1, 14))
    SessionPage.objects.filter(pk=page.pk).update(**{field: hostile})
    AgendaItem.objects.create(session=page, title="Point\r\nURL:https://evil.example/")
    [event] = events(client)
    assert "ATTACH" not in event
    assert "X-EVIL" not in event
    assert event["URL"].startswith("http://testserver/le-comite/")
    assert "\u202e" not in client.get(CALENDAR).content.decode()
    if field == "place":
        assert str(event["LOCATION"]) == "Salle ATTACH:https://evil.example/ X-EVIL:1; a, b \\n"


def test_a_cancelled_session_stays_marked_as_cancelled(client):
    page = session(at(2019, 1, 14), title="Bilan")
    [before] = events(client)
    assert before["STATUS"] == "CONFIRMED"
    page.status = SessionPage.Status.CANCELLED
    with time_machine.travel(page.last_published_at + dt.timedelta(hours=1)):
        page.save_revision().publish()
    [after] = events(client)
    assert after["STATUS"] == "CANCELLED"
    assert str(after["SUMMARY"]).startswith("Annulée")
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_uid_does_not_change_with_the_date(client):
    page = session(at(2019, 1, 14))
    [before] = events(client)
    page.starts_at, page.ends_at = at(2019, 1, 21), at(2019, 1, 21, 20)
    page.save_revision().publish()
    [after] = events(client)
    assert after["UID"] == before["UID"]
    assert after["URL"] == "http://testserver/le-comite/seances/2019-01-21/"


def test_drafts_and_private_sessions_are_not_in_calendars(client):
    session(at(2019, 1, 14), live=False)
    hidden = session(at(2019, 2, 25))
    hidden.view_restrictions.create(restriction_type="login")
    assert events(client) == []
    assert client.get("/le-comite/seances/2019-01-14/seance.ics").status_code == 404
    assert client.get("/le-comite/seances/2019-02-25/seance.ics").status_code == 404


def test_calendar_of_one_session_has_its_agenda(client):
    page = session(at(2019, 1, 14), number=1, title="le programme")
    session(at(2019, 2, 25))
    AgendaItem.objects.create(session=page, title="Les dix sujets", starts_at=dt.time(18, 30), presenter="Louise S.")
    [event] = events(client, "/le-comite/seances/2019-01-14/seance.ics")
    assert "18\u00a0h\u00a030 · Les dix sujets · Louise S." in event["DESCRIPTION"]
    assert str(event["SUMMARY"]).replace("\u00a0", " ") == "Séance n° 1 : le programme"


@pytest.mark.parametrize(
    ("start", "hour_in_utc"),
    [
        (at(2019, 3, 30), 17),
        (at(2019, 3, 31, 9), 7),
        (at(2019, 4, 1), 16),
        (at(2019, 10, 26), 16),
        (at(2019, 10, 27, 9), 8),
        (at(2019, 10, 28), 17),
    ],
)
def test_local_time_is_correct_around_daylight_saving_changes(client, start, hour_in_utc):
    """With the named time zone, and with the one defined in the calendar."""
    session(start)
    calendar = Calendar.from_ical(client.get(CALENDAR).content)
    [event] = calendar.walk("VEVENT")
    [zone] = calendar.walk("VTIMEZONE")
    assert (event.start, event.end) == (start, start + dt.timedelta(hours=2))
    assert event.start.astimezone(dt.UTC).hour == hour_in_utc
    own = event.start.replace(tzinfo=zone.to_tz(lookup_tzid=False))
    assert own.astimezone(dt.UTC) == start.astimezone(dt.UTC)
