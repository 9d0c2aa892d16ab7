"""Absences recorded by other users, of members whose seat changes hands, and of substitutes."""

import datetime as dt

import pytest

from committee.area.queries import member_tasks
from committee.attendance.admin import AttendancePanel
from committee.attendance.queries.absences import announced, substitutes_to_call
from committee.attendance.queries.figures import attendance_of
from committee.attendance.queries.member_tasks import session_tasks
from committee.attendance.services.absences import announce_absence
from committee.attendance.services.recording import record_sheet
from committee.models import Attendance, Mandate, Member
from mailing.models import Message
from tests.committee.test_absences import (
    ABSENCE,
    BEFORE,
    SHEET,
    STARTS,
    How,
    Role,
    State,
    clock,
    pair,
    post_text,
    press,
    session,
)
from tests.factories import MandateFactory, UserFactory

__all__ = ["clock", "pair", "session"]
pytestmark = pytest.mark.django_db


def test_announced_absence_does_not_apply_to_a_later_holder(client, session, pair, clock):
    holder, substitute = pair
    announce_absence(session=session, member=holder, by=holder.user, now=BEFORE)
    mandate = Mandate.objects.get(member=holder)
    Mandate.objects.filter(pk=mandate.pk).update(ends_on=BEFORE.date())
    fatou = MandateFactory(
        member__name="Fatou D.",
        member__user=UserFactory(),
        seat=mandate.seat,
        starts_on=BEFORE.date() + dt.timedelta(1),
    ).member
    assert [one.title.split(" à «")[0] for one in session_tasks(fatou, BEFORE)] == ["Venir"]
    assert "en cas d’absence" in member_tasks(substitute, BEFORE)[0].title
    clock.move_to(BEFORE + dt.timedelta(days=1))
    client.force_login(fatou.user)
    assert "Vous avez dit que vous ne pouvez pas venir" not in client.get(ABSENCE).content.decode()
    assert attendance_of([session])[0].recorded == 0
    # Her own absence replaces the other one.
    assert "C’est noté : votre absence est excusée" in press(client, session)
    row = Attendance.objects.get()
    assert (row.member, row.recorded_by) == (fatou, fatou.user)
    assert session_tasks(fatou, BEFORE)[0].title.startswith("Vous ne venez pas à «")
    assert attendance_of([session])[0].recorded == 1
    Attendance.objects.update(member=holder)
    clock.move_to(STARTS)
    client.force_login(MandateFactory(member__user=UserFactory(), role=Role.COORDINATOR, seat=None).member.user)
    assert "Annoncé par le membre" not in client.get(SHEET).content.decode()
    record_sheet(session=session, states={mandate.seat_id: State.EXCUSED}, by=fatou.user, now=STARTS)
    row.refresh_from_db()
    assert (row.member, row.how) == (fatou, How.SHEET)


def test_future_member_can_announce_an_absence(client, session, pair):
    holder, _substitute = pair
    Mandate.objects.filter(member=holder).update(starts_on=STARTS.date())
    client.force_login(holder.user)
    closed = client.get("/membres/")
    assert closed.status_code == 403
    assert ABSENCE in closed.content.decode()
    page = client.get(ABSENCE)
    assert (page.status_code, page.context["parents"]) == (200, [])
    assert "C’est noté : votre absence est excusée" in press(client, session)
    assert Attendance.objects.get().member == holder
    Mandate.objects.filter(member=holder).update(starts_on=STARTS.date() + dt.timedelta(days=1))
    assert client.get(ABSENCE).status_code == 403
    assert ABSENCE not in client.get("/membres/").content.decode()


@pytest.mark.parametrize("by", ["Secrétariat", "coordination"])
def test_an_officer_notes_an_absence_for_a_member(client, editor_of, session, pair, by):
    """At any time: the sheet used to refuse it as too early."""
    holder, substitute = pair
    Member.objects.filter(pk=holder.pk).update(user=None)
    coordinator = MandateFactory(member__user=UserFactory(), role=Role.COORDINATOR, seat=None).member.user
    officer = coordinator if by == "coordination" else editor_of(by)
    alone = MandateFactory(member__name="Seule S.").member
    client.force_login(officer)
    page = client.get(SHEET).content.decode().replace("\u00a0", " ")
    assert "Hélène W. ne peut pas venir" in page
    assert "Nora K. ne peut pas venir" not in page
    text = post_text(client, SHEET, absent=holder.pk)
    assert "C’est noté : Hélène W. ne peut pas venir. Un e-mail demande à Nora K. de venir." in text
    assert "Absence excusée : Hélène W. (un e\u2011mail demande à Nora K. de venir)" in text
    row = Attendance.objects.get()
    assert (row.member, row.how, row.recorded_by) == (holder, How.AHEAD, officer)
    assert [mail.to_email for mail in Message.objects.all()] == [substitute.user.email]
    facts = [one.replace("\u00a0", " ") for one in AttendancePanel(officer, BEFORE).work().facts]
    assert facts[0] == "Absences annoncées pour le 23 novembre 2026 : Hélène W. (un e-mail demande à Nora K. de venir)"
    assert "Personne ne vient pour ce siège" in post_text(client, SHEET, absent=alone.pk)
    # Nora calls too.
    assert "Personne ne vient pour ce siège" in post_text(client, SHEET, absent=substitute.pk)
    assert Attendance.objects.get(member=holder).declined_by == substitute
    assert "Hélène W. vient." in post_text(client, SHEET, vient=holder.pk)
    assert not announced(session).filter(member=holder).exists()
    assert "Les sièges ont changé" in post_text(client, SHEET, absent=99999)
    Member.objects.filter(pk=substitute.pk).update(user=None)
    assert "Appelez Nora K., qui n’a pas de compte" in post_text(client, SHEET, absent=holder.pk)


def test_other_users_cannot_note_an_absence(client, session, pair):
    client.force_login(pair[1].user)
    assert client.post(SHEET, {"absent": pair[0].pk}).status_code == 403
    assert not Attendance.objects.exists()


def test_an_absent_substitute_is_reported_to_the_coordination(client, session, pair):
    holder, substitute = pair
    coordinator = MandateFactory(member__user=UserFactory(), role=Role.COORDINATOR, seat=None).member.user
    client.force_login(substitute.user)
    # Before, the substitute is not asked, and the page explains it.
    assert "Pour l’instant, Hélène W. vient" in client.get(ABSENCE).content.decode().replace("\u00a0", " ")
    assert "Hélène W. vient : vous n’avez rien à faire." in press(client, session)
    announce_absence(session=session, member=holder, by=holder.user, now=BEFORE)
    assert "/membres/presence/absence/" in Message.objects.get(to_email=substitute.user.email).payload["text"]
    assert member_tasks(substitute, BEFORE)[0].actions[0].url == f"{ABSENCE}#contenu"
    for _press in range(2):
        assert "La coordination le sait." in press(client, session)
    [mail] = Message.objects.filter(to_email=coordinator.email)
    for expected in ("Hélène W. ne peut pas venir, et Nora K.", SHEET):
        assert expected in mail.payload["text"].replace("\u00a0", " "), expected
    for speaker, text in ((substitute, "Vous ne remplacez pas Hélène W. à «"), (holder, "Vous ne venez pas à «")):
        [noted] = member_tasks(speaker, BEFORE)
        assert noted.title.startswith(text)
    press(client, session, vient="1")
    assert Attendance.objects.get().declined_by is None
    assert member_tasks(substitute, BEFORE)[0].title.startswith("Remplacer Hélène W. à «")


def test_an_absent_member_reads_that_the_substitute_cannot_come_either(client, session, pair):
    holder, substitute = pair
    client.force_login(holder.user)
    press(client, session)
    assert "Nora K. peut venir à votre place" in client.get(ABSENCE).content.decode().replace("\u00a0", " ")
    announce_absence(session=session, member=substitute, by=substitute.user, now=BEFORE)
    page = client.get(ABSENCE).content.decode().replace("\u00a0", " ")
    assert "Nora K. ne peut pas venir non plus" in page
    assert "à votre place" not in page


def test_a_substitute_without_an_account_who_cannot_come_is_not_called_again(session, pair):
    holder, substitute = pair
    Member.objects.filter(pk=substitute.pk).update(user=None)
    announce_absence(session=session, member=holder, by=holder.user, now=BEFORE)
    assert len(list(substitutes_to_call(BEFORE))) == 1
    announce_absence(session=session, member=substitute, by=holder.user, now=BEFORE)
    assert list(substitutes_to_call(BEFORE)) == []
