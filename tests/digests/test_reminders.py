"""Reminders of sessions."""

import base64
import email
import email.policy
import uuid

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from committee.convocations.services import convene
from committee.models import SessionPage
from common.shown import BY_PROGRAM
from digests.models import SessionReminder
from digests.notifications.session_reminder import SessionReminded
from digests.services import reminders
from mailing.drain import drain
from tests.digests.factories import DAY, MINUTE, SLOT
from tests.digests.mails import sent
from tests.factories import (
    MandateFactory,
    SessionPageFactory,
    UserFactory,
)
from tests.mailing.fakes import FakeTransport

pytestmark = pytest.mark.django_db
HOUR = 60 * MINUTE
PREFERENCES = "/compte/notifications/"


# Thursday 26 November, 18:00 in Paris; its reminder leaves on Wednesday at 9:00.
STARTS = SLOT + 3 * DAY + 11 * HOUR
DUE = SLOT + 2 * DAY + 2 * HOUR


@pytest.fixture
def session(db):
    return SessionPageFactory(
        title="Séance de novembre", starts_at=STARTS, ends_at=STARTS + 2 * HOUR, place="Salle 3", access="Ascenseur"
    )


def move(session, **fields):
    SessionPage.objects.filter(pk=session.pk).update(**fields)


def test_reminder_is_sent_once_the_day_before_with_details_and_a_calendar(odile, session):
    for _ in range(2):
        reminders.set_reminder(user=odile, session=session, is_wanted=True, now=SLOT)
    assert reminders.send_reminders(now=DUE - MINUTE) == 0
    assert reminders.send_reminders(now=DUE) == 1
    assert reminders.send_reminders(now=DUE + MINUTE) == 0
    (mail,) = sent(DUE).values()
    assert mail["Subject"] == "Rappel\xa0: séance du 26\xa0novembre 2026"
    assert mail.get_content_type() == "multipart/mixed"
    text = mail.get_body(("plain",)).get_content()
    for expected in ("jeudi 26\xa0novembre 2026", "de 18\xa0h à 20\xa0h", "Salle 3", "Ascenseur", "/rappel/"):
        assert expected in text
    (file,) = mail.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "seance-2026-11-26.ics")
    (event,) = Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")
    assert event.decoded("dtstart") == STARTS
    assert b"\r\r\n" not in file.get_payload(decode=True)


def test_changes_after_the_reminder_are_mailed_at_once(odile, session):
    reminders.set_reminder(user=odile, session=session, is_wanted=True, now=SLOT)
    reminders.send_reminders(now=DUE)
    move(session, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)
    assert reminders.send_reminders(now=DUE + MINUTE) == 1
    move(session, starts_at=STARTS, ends_at=STARTS + 2 * HOUR)
    assert reminders.send_reminders(now=DUE + 2 * MINUTE) == 1
    move(session, status="cancelled")
    assert reminders.send_reminders(now=DUE + 3 * MINUTE) == 1
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: DUE + HOUR, transport=transport)
    mails = [email.message_from_bytes(raw, policy=email.policy.default) for _to, raw in transport.taken]
    texts = [mail.get_body(("plain",)).get_content().replace("\xa0", " ") for mail in mails]
    assert ["Ce qui a changé" in text for text in texts] == [False, True, True, False]
    assert "Horaires : de 19 h à 21 h (avant : de 18 h à 20 h)" in texts[1]
    subjects = [str(mail["Subject"]) for mail in mails]
    assert subjects == [
        "Rappel\xa0: séance du 26\xa0novembre 2026",
        "Changement\xa0: séance du 26\xa0novembre 2026",
        "Changement\xa0: séance du 26\xa0novembre 2026",
        "La séance du 26\xa0novembre 2026 est annulée",
    ]


def test_no_reminder_of_past_hidden_or_unwanted_sessions(odile, session):
    other = UserFactory()
    for user in (odile, other):
        reminders.set_reminder(user=user, session=session, is_wanted=True, now=SLOT)
    reminders.set_reminder(user=other, session=session, is_wanted=False, now=SLOT)
    restriction = session.view_restrictions.create(restriction_type="login")
    assert reminders.send_reminders(now=DUE) == 0
    restriction.delete()
    assert reminders.send_reminders(now=STARTS + MINUTE) == 0
    assert reminders.send_reminders(now=DUE + HOUR) == 1


def test_a_tick_without_reminders_costs_one_query(session, odile, django_assert_num_queries):
    with django_assert_num_queries(1):
        reminders.send_reminders(now=DUE)


def test_reminder_is_requested_on_the_page_of_the_session(client, odile, session):
    address = reverse("digests:session_reminder", args=[session.slug])
    with time_machine.travel(SLOT, tick=False):
        assert address in client.get(session.url).content.decode()
        assert "Se connecter" in client.get(address).content.decode()
        client.post(address, {"action": "suivre"})
        assert not SessionReminder.objects.exists()
        client.force_login(odile)
        client.post(address, {"action": "suivre"})
        assert SessionReminder.objects.get().user == odile
        assert "la veille" in client.get(address).content.decode()
        assert address in client.get(PREFERENCES).content.decode()
        client.post(address, {"action": "arreter"})
        assert not SessionReminder.objects.exists()


def test_page_of_the_reminder_says_when_it_leaves_and_offers_none_of_a_cancelled_session(client, odile, session):
    address = reverse("digests:session_reminder", args=[session.slug])
    client.force_login(odile)
    with time_machine.travel(DUE + HOUR, tick=False):
        assert "dans quelques minutes" in client.get(address).content.decode()
        client.post(address, {"action": "suivre"})
        page = client.get(address).content.decode()
        assert "Le rappel est parti, ou part dans quelques minutes." in page
        assert "Vous recevrez un rappel la veille" not in page
        move(session, status=SessionPage.Status.CANCELLED)
        assert "Ne plus recevoir de rappel" in client.get(address).content.decode()
        client.post(address, {"action": "arreter"})
        client.post(address, {"action": "suivre"})
        page = client.get(address).content.decode()
        assert "Cette séance est annulée." in page
        assert 'value="suivre"' not in page
    assert not SessionReminder.objects.exists()


def test_content_of_a_reminder_is_serializable(session):
    content = SessionReminded(session, changed=False).content()
    assert base64.b64decode(content.attachments[0].data).startswith(b"BEGIN:VCALENDAR\r\n")
    assert content.to_payload()["attachments"][0]["mimetype"] == "text/calendar"


def convene_members(session, at):
    return convene(
        session=session, words="", online_link="", sender=UserFactory(), key=uuid.uuid4(), shown=BY_PROGRAM, now=at
    )


def test_member_convened_just_before_gets_no_reminder(odile, session):
    MandateFactory(member__user=odile)
    other = UserFactory()
    for user in (odile, other):
        reminders.set_reminder(user=user, session=session, is_wanted=True, now=SLOT)
    move(session, last_published_at=SLOT)
    convene_members(session, DUE - HOUR)
    reminders.send_reminders(now=DUE)
    assert [to for to, _mail in send_pending(DUE)] == [odile.email, other.email]


def test_reminder_is_sent_after_an_older_or_outdated_convocation(odile, session):
    MandateFactory(member__user=odile)
    reminders.set_reminder(user=odile, session=session, is_wanted=True, now=SLOT)
    convene_members(session, SLOT)
    assert len(send_pending(SLOT)) == 1
    reminders.send_reminders(now=DUE)
    assert len(send_pending(DUE)) == 1
    convene_members(session, DUE + MINUTE)
    move(session, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR, last_published_at=DUE + 2 * MINUTE)
    reminders.send_reminders(now=DUE + 3 * MINUTE)
    assert [to for to, _mail in send_pending(DUE + 4 * MINUTE)] == [odile.email] * 2


def send_pending(now):
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: now, transport=transport)
    return sorted(transport.taken)
