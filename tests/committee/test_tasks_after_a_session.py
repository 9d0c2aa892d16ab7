"""Tasks of members after a session: its minutes, their approval, its actions."""

import pytest
import time_machine

from committee.area.queries import member_tasks
from committee.minutes.queries import action_tasks, minutes_steps
from committee.models import SessionAction, WorkProgramme
from tests.cms.factories import rich_text
from tests.committee.minutes import DAY, NOW, TODAY, address, approve, held, member, opened, signed_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


def with_plain_spaces(text):
    return text.replace("\xa0", " ")


def minutes_of(user, now=NOW):
    return [with_plain_spaces(task.title) for task in member_tasks(user.member, now) if "compte rendu" in task.title]


def test_minute_writers_have_tasks_for_sessions_without_minutes(rapporteur, coordinator):
    for days in (400, 36, 10):
        held(days)
    held(3, minutes=[rich_text("<p>Déjà publié.</p>")])
    days = ("20 octobre 2025", "19 octobre 2026", "14 novembre 2026")
    written = [f"Écrire le compte rendu du {day}" for day in days]
    assert [with_plain_spaces(step.text) for step in minutes_steps(NOW)] == written
    assert sorted(minutes_of(rapporteur)) == sorted(minutes_of(coordinator)) == sorted(written)
    assert minutes_of(member()) == []


def test_approval_is_a_task_of_those_who_can_record_it(session, rapporteur, coordinator):
    opened(session, rapporteur)
    later = NOW + 2 * DAY
    held(-1, minutes=[rich_text("<p>Déjà publié.</p>")])
    approval = "Noter l’approbation du compte rendu du 14 novembre 2026"
    assert [approval in minutes_of(user, later) for user in (coordinator, rapporteur)] == [True, False]


def test_open_minutes_of_an_unpublished_session_are_no_task(session, rapporteur):
    opened(session, rapporteur)
    reader = member()
    assert minutes_of(reader) == ["Relisez le compte rendu du 14 novembre 2026"]
    session.unpublish()
    assert minutes_of(reader) == []


def test_an_action_is_a_task_of_its_member_until_it_is_done(session):
    mine, other = member().member, member().member
    for text, due_on, done_on in (
        ("Appeler la médiathèque", TODAY - DAY, None),
        ("Faire l’affiche", TODAY + DAY, None),
        ("Réserver la salle", TODAY, TODAY),
    ):
        SessionAction.objects.create(session=session, member=mine, text=text, due_on=due_on, done_on=done_on)
    tasks = list(action_tasks(mine, NOW))
    assert [(task.title, task.note) for task in tasks] == [
        ("Appeler la médiathèque", "C’est en retard."),
        ("Faire l’affiche", ""),
    ]
    assert {task.url for task in tasks} == {f"/membres/seances/{session.slug}/compte-rendu/#actions"}
    assert list(action_tasks(other, NOW)) == []
    waiting = [(task.title, task.note) for task in member_tasks(mine, NOW)]
    assert ("Appeler la médiathèque", "C’est en retard.") in waiting
    session.unpublish()
    assert list(action_tasks(mine, NOW)) == []


def test_missing_adoption_of_a_programme_in_the_minutes_is_reported(session, later, rapporteur, coordinator):
    WorkProgramme.objects.create(year=2027, adopted_at=NOW, adopted_in=session)
    WorkProgramme.objects.create(year=2019, adopted_at=NOW)
    write = "Écrire dans le compte rendu du 14 novembre 2026 que le programme 2027 est adopté"
    assert write in minutes_of(rapporteur)
    assert write not in minutes_of(member())
    opened(session, rapporteur)
    evening = NOW + DAY
    page = address(session, "approve_minutes")

    def task_and_warning():
        steps = [step for step in minutes_steps(evening) if with_plain_spaces(step.text) == write]
        with time_machine.travel(evening, tick=False):
            return [step.url for step in steps], "adopté le programme 2027" in text_of(signed_in(coordinator).get(page))

    assert task_and_warning() == ([address(session, "write_minutes")], True)
    decided = session.minutes_record.decisions.first()
    for text, is_missing in (
        ("Le comité adopte son Programme de travail.", False),
        ("Le programme 2027 est ADOPTÉ.", False),
        ("Le comité demande un programme de visites.", True),
    ):
        decided.text = text
        decided.save()
        assert bool(task_and_warning()[0]) is task_and_warning()[1] is is_missing, text
    approve(session, coordinator, later)
    assert task_and_warning() == ([], False)
