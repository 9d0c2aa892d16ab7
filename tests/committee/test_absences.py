"""Announced absences: the seat is excused, the substitute gets a mail, the member can cancel it."""

import datetime as dt
import uuid

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils.translation import gettext

from cms.admin.dashboard import snippet_url
from committee.area.queries import member_tasks
from committee.attendance.admin import AttendancePanel
from committee.attendance.queries.absences import announced
from committee.attendance.services.absences import MAX_MAILS, announce_absence
from committee.attendance.services.recording import State as SheetState
from committee.attendance.services.recording import record_sheet, record_with_code
from committee.errors import AttendanceRefused
from committee.models import Attendance, Convocation, Mandate, Member, SessionPage
from committee.models.attendance_rules import code_of
from committee.queries.seats import seat_of
from committee.services.erasure import erase
from common.shown import BY_PROGRAM
from common.templatetags.dates import CITY_ZONE
from common.waiting import Link, waiting
from mailing.models import Message
from tests.factories import MandateFactory, MemberFactory, SessionPageFactory, UserFactory

pytestmark = pytest.mark.django_db

State, How, Role = Attendance.State, Attendance.How, Mandate.Role
STARTS = dt.datetime(2026, 11, 23, 18, tzinfo=CITY_ZONE)
BEFORE = STARTS - dt.timedelta(days=3)
ABSENCE = "/membres/presence/absence/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(clock):
    return SessionPageFactory(starts_at=STARTS, ends_at=STARTS + dt.timedelta(hours=2))


@pytest.fixture
def pair(db):
    """Holder and substitute of one seat, both with accounts."""
    holder = MandateFactory(member__user=UserFactory(), member__name="Hélène W.")
    substitute = MandateFactory(
        seat=holder.seat, role=Role.SUBSTITUTE, member__user=UserFactory(), member__name="Nora K."
    )
    return holder.member, substitute.member


def press(client, session, **button):
    answer = client.post(ABSENCE, {"session": session.pk, **button}, follow=True)
    return answer.content.decode().replace("\u00a0", " ")


def test_announced_absence_is_recorded_and_the_substitute_gets_one_mail(client, session, pair):
    holder, substitute = pair
    client.force_login(holder.user)
    assert "Un e-mail demande à Nora K." in client.get(ABSENCE).content.decode().replace("\u00a0", " ")
    assert "C’est noté : votre absence est excusée" in press(client, session)
    press(client, session)
    row = Attendance.objects.get()
    assert (row.state, row.how, row.member, row.recorded_by) == (State.EXCUSED, How.AHEAD, holder, holder.user)
    mail = Message.objects.get()
    assert (mail.to_email, mail.expires_at) == (substitute.user.email, STARTS)
    assert "Hélène W." in mail.payload["text"]
    [task] = member_tasks(substitute, BEFORE)
    assert task.title.startswith("Remplacer Hélène W. à «")
    [noted] = member_tasks(holder, BEFORE)
    assert noted.title.startswith("Vous ne venez pas à «")


def test_task_to_come_links_to_the_session_and_to_the_absence_form(client, session, pair):
    holder, substitute = pair
    [task] = member_tasks(holder, BEFORE)
    assert (task.url, task.actions[0].url) == (session.url, f"{ABSENCE}#contenu")
    client.force_login(holder.user)
    area = BeautifulSoup(client.get("/membres/").content, "html.parser")
    assert area.find("a", string="Vous ne pouvez pas venir\u00a0? Dites-le ici.")["href"] == task.actions[0].url
    assert "Dire que je ne peux pas venir" in client.get(task.actions[0].url).content.decode()
    # A substitute cannot announce anything there.
    assert [(one.url, one.actions) for one in member_tasks(substitute, BEFORE)] == [(session.url, [])]


def test_absence_of_an_erased_member_does_not_make_a_later_holder_absent(session, pair):
    holder, _substitute = pair
    announce_absence(session=session, member=holder, by=holder.user, now=BEFORE)
    Mandate.objects.filter(member=holder).update(ends_on=BEFORE.date() - dt.timedelta(days=1))
    erase(member=holder, actor=UserFactory(), now=BEFORE, shown=BY_PROGRAM)
    assert not Attendance.objects.exists()


def test_convocation_to_the_next_session_links_to_the_absence_form(client, session, pair):
    holder, _substitute = pair
    cancelled, later = (
        SessionPageFactory(starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2))
        for starts_at in (STARTS - dt.timedelta(days=1), STARTS + dt.timedelta(days=7))
    )
    for page in (cancelled, session, later):
        Convocation.objects.create(key=uuid.uuid4(), session=page, sent_at=BEFORE)
    SessionPage.objects.filter(pk=cancelled.pk).update(status=SessionPage.Status.CANCELLED)
    client.force_login(holder.user)
    tree = BeautifulSoup(client.get(reverse("committee:convocations")).content, "html.parser")
    [link] = tree.select(f'main a[href="{ABSENCE}"]')
    assert link.find_parent("section")["aria-labelledby"] == f"seance-{session.pk}"


def test_an_absent_member_sees_the_absence_and_can_withdraw_it(client, session, pair):
    holder, substitute = pair
    for speaker, text in (
        (holder, "Vous ne venez pas à «"),
        (substitute, "Vous ne remplacez pas Hélène W. à «"),
    ):
        client.force_login(speaker.user)
        assert waiting(member_tasks(speaker, BEFORE)) == 1
        press(client, session)
        [task] = member_tasks(speaker, BEFORE)
        assert waiting([task]) == 0
        assert task.title.startswith(text)
        assert task.note.startswith("C’est noté")
        assert task.actions == [Link("Vous pouvez finalement venir\u00a0? Dites-le ici.", f"{ABSENCE}#contenu")]


def test_attendance_noted_before_the_session_sends_no_request(client, session, pair, clock):
    """The sheet opens half an hour before: its entries replace the announced absence."""
    holder, _substitute = pair
    client.force_login(holder.user)
    press(client, session)
    clock.move_to(STARTS - dt.timedelta(minutes=5))
    now = STARTS - dt.timedelta(minutes=5)
    secretary = UserFactory(is_superuser=True)
    record_sheet(session=session, states={holder.mandates.get().seat_id: SheetState.SUBSTITUTED}, by=secretary, now=now)
    assert [member_tasks(one, now) for one in pair] == [[], []]


def test_absence_from_the_next_session_can_be_announced_during_another_one(client, session, pair):
    SessionPageFactory(starts_at=BEFORE - dt.timedelta(hours=1), ends_at=BEFORE + dt.timedelta(hours=1))
    client.force_login(pair[0].user)
    press(client, session)
    assert Attendance.objects.get().session == session


def subjects():
    """Returns the subjects of the mails sent or pending to the substitute, in order."""
    mails = Message.objects.exclude(state=Message.State.CANCELLED).order_by("pk")
    return [mail.payload["subject"].replace("\u00a0", " ") for mail in mails]


def test_a_withdrawn_absence_notifies_the_substitute(client, session, pair):
    client.force_login(pair[0].user)
    press(client, session)
    Message.objects.update(state=Message.State.SENT)
    assert "vous venez" in press(client, session, vient="1")
    press(client, session, vient="1")
    assert not Attendance.objects.exists()
    for speaker, task in zip(pair, ("Venir à «", "Remplacer Hélène W. en cas d’absence, à «"), strict=True):
        [current] = member_tasks(speaker, BEFORE)
        assert current.title.startswith(task)
        client.force_login(speaker.user)
        area = client.get("/membres/").content.decode()
        assert "23 novembre 2026" in area.replace("\u00a0", " ")
        assert "Jusqu’au" not in area
    client.force_login(pair[0].user)
    Message.objects.update(state=Message.State.SENT)
    press(client, session)
    assert Attendance.objects.count() == 1
    ask, tell = (
        "Pouvez-vous remplacer Hélène W. le 23 novembre 2026 ?",
        "Hélène W. vient finalement le 23 novembre 2026",
    )
    assert subjects() == [ask, tell, ask]


def test_pending_mail_is_cancelled_with_the_absence(client, session, pair):
    client.force_login(pair[0].user)
    press(client, session)
    press(client, session, vient="1")
    assert subjects() == []
    press(client, session)
    assert len(subjects()) == 1


def test_second_mail_is_sent_if_the_first_one_may_have_been_sent(client, session, pair):
    client.force_login(pair[0].user)
    press(client, session)
    Message.objects.update(uncertain=1)
    press(client, session, vient="1")
    assert Message.objects.filter(state=Message.State.CANCELLED, uncertain=1).count() == 1
    assert subjects() == ["Hélène W. vient finalement le 23 novembre 2026"]


def test_the_number_of_changes_is_limited(client, session, pair):
    client.force_login(pair[0].user)
    for _time in range(MAX_MAILS // 2):
        for button in ({}, {"vient": "1"}):
            press(client, session, **button)
            Message.objects.update(state=Message.State.SENT)
    assert len(subjects()) == MAX_MAILS
    assert "Dites à la coordination" in press(client, session)
    assert len(subjects()) == MAX_MAILS
    assert not Attendance.objects.exists()


def test_attendance_overrides_an_announced_absence(session, pair, clock):
    holder, substitute = pair
    announce_absence(session=session, member=holder, by=holder.user, now=BEFORE)
    clock.move_to(STARTS)
    assert code_of(session)
    record_with_code(session=session, member=substitute, online=False, by=substitute.user, now=STARTS)
    assert Attendance.objects.get().state == State.SUBSTITUTED
    assert not announced(session).exists()


def test_sheet_shows_absences_announced_by_the_member(client, session, pair, clock):
    holder, _substitute = pair
    announce_absence(session=session, member=holder, by=holder.user, now=BEFORE)
    clock.move_to(STARTS)
    officer = MandateFactory(member__user=UserFactory(), role=Role.COORDINATOR, seat=None).member.user
    client.force_login(officer)
    sheet, told = "/membres/seances/2026-11-23/presence/", gettext("Told to the secretariat.")
    text = client.get(sheet).content.decode()
    assert "Annoncé par le membre" in text
    assert told not in text
    # By telephone, before the session.
    Attendance.objects.update(recorded_by=officer)
    assert told in client.get(sheet).content.decode()
    assert f"{Attendance.objects.get().source}." == told


def test_a_member_who_does_not_represent_a_seat_gets_an_explanation(client, session, pair):
    _holder, substitute = pair
    client.force_login(substitute.user)
    text = client.get(ABSENCE).content.decode()
    assert "<form" not in text[text.index("<h1") : text.index("</main>")]
    press(client, session)
    assert not Attendance.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("situation", ["begun", "cancelled", "noted by an officer", "another session"])
def test_absence_that_is_too_late_is_refused(client, session, pair, clock, situation):
    holder, _substitute = pair
    client.force_login(holder.user)
    sent = {"session": session.pk}
    if situation == "begun":
        clock.move_to(STARTS)
    elif situation == "cancelled":
        SessionPage.objects.filter(pk=session.pk).update(status=SessionPage.Status.CANCELLED)
    elif situation == "noted by an officer":
        clock.move_to(STARTS - dt.timedelta(minutes=20))
        seat = seat_of(holder, STARTS.date()).seat
        now = STARTS - dt.timedelta(minutes=20)
        record_sheet(session=session, states={seat.pk: State.PRESENT}, by=holder.user, now=now)
    else:
        sent["session"] += 1_000
    before = list(Attendance.objects.values())
    text = client.post(ABSENCE, sent, follow=True).content.decode()
    assert "Prévenez la coordination" in text or "prévenez la coordination" in text
    assert list(Attendance.objects.values()) == before
    assert not Message.objects.exists()


def test_substitute_without_account_must_be_called_until_the_session(client, session, pair, clock):
    """Regression: the page promised an e-mail, and the seat stayed empty."""

    def call_tasks():
        panel = AttendancePanel(UserFactory(), dt.datetime.now(dt.UTC)).work()
        return [(task.title.replace("\u00a0", " "), task.url) for task in panel.tasks]

    holder, substitute = pair
    Mandate.objects.filter(member=substitute).update(member=MemberFactory(name="Yves L."))
    yves = Member.objects.get(name="Yves L.")
    reached = MandateFactory(member__user=UserFactory())
    MandateFactory(seat=reached.seat, role=Role.SUBSTITUTE, member__user=UserFactory())
    without_substitute = MandateFactory(member__user=UserFactory())
    client.force_login(holder.user)
    calls = "Yves L. n’a pas de compte : le secrétariat l’appelle."
    before = client.get(ABSENCE).content.decode().replace("\u00a0", " ")
    assert calls in before
    assert "Un e-mail demande" not in before
    assert call_tasks() == []
    assert calls in press(client, session)
    for other in (reached, without_substitute):
        announce_absence(session=session, member=other.member, by=other.member.user, now=BEFORE)
    assert Message.objects.count() == 1
    expected_call = ("Yves L. : à appeler pour la séance du 23 novembre 2026", snippet_url(Member, "edit", yves.pk))
    assert call_tasks() == [expected_call]
    # A user with a deactivated account reads no e-mail either.
    yves.user = UserFactory(is_active=False)
    yves.save()
    assert call_tasks() == [expected_call]
    assert "Dites-le à Yves L." in press(client, session, vient="1")
    assert call_tasks() == []
    press(client, session)
    assert call_tasks() == [expected_call]
    SessionPage.objects.update(status=SessionPage.Status.CANCELLED)
    assert call_tasks() == []
    SessionPage.objects.update(status=SessionPage.Status.SCHEDULED)
    clock.move_to(STARTS)
    assert call_tasks() == []


def test_a_substitute_without_a_holder_represents_the_seat_without_a_request(client, session):
    alone = MandateFactory(role=Role.SUBSTITUTE, member__user=UserFactory()).member
    announce_absence(session=session, member=alone, by=alone.user, now=BEFORE)
    assert Attendance.objects.get().member == alone
    client.force_login(alone.user)
    assert alone.name not in client.get(ABSENCE).content.decode().partition("</h1>")[2].partition("<form")[0]
    assert not Message.objects.exists()


def test_a_member_of_no_seat_is_refused(session):
    officer = MandateFactory(member__user=UserFactory(), role=Role.COORDINATOR, seat=None).member
    with pytest.raises(AttendanceRefused):
        announce_absence(session=session, member=officer, by=officer.user, now=BEFORE)


@pytest.mark.parametrize("address", [ABSENCE, "/membres/presence/"])
def test_private_session_is_not_the_next_session(client, session, pair, address):
    """Not even its date is shown."""
    client.force_login(pair[0].user)
    assert client.get(address).context["session"] == session
    session.view_restrictions.create(restriction_type="groups")
    assert client.get(address).context["session"] is None


def test_an_invisible_session_gives_no_task(session, pair, clock):
    clock.move_to(STARTS)
    [here, *_others] = member_tasks(pair[0], STARTS)
    assert here.url == "/membres/presence/"
    session.view_restrictions.create(restriction_type="groups")
    assert "/membres/presence/" not in [task.url for task in member_tasks(pair[0], STARTS)]


SHEET = "/membres/seances/2026-11-23/presence/"


def post_text(client, url, **data):
    answer = client.post(url, data, follow=True)
    return answer.content.decode().replace("\u00a0", " ")


def test_absent_member_is_not_asked_for_the_code_before_the_session_begins(session, pair):
    holder, substitute = pair

    def presence_of(member, now):
        return "Dire que je suis là" in [task.title for task in member_tasks(member, now)]

    eve = STARTS - dt.timedelta(minutes=10)
    assert presence_of(holder, eve)
    announce_absence(session=session, member=holder, by=holder.user, now=BEFORE)
    assert [presence_of(member, eve) for member in pair] == [False, True]
    # Whoever comes after all enters the code.
    assert [presence_of(member, STARTS) for member in pair] == [True, True]
    announce_absence(session=session, member=substitute, by=substitute.user, now=BEFORE)
    assert not presence_of(substitute, eve)
    # Noted absent by an officer, while others arrive.
    seat = seat_of(holder, STARTS.date()).seat
    record_sheet(session=session, states={seat.pk: State.ABSENT}, by=holder.user, now=eve)
    assert presence_of(holder, eve)
