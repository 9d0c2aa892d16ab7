"""Dashboard panel about the next session and the minutes: each line is correct, with a link to the action."""

import uuid

import pytest
from django.urls import reverse

from committee.admin.dashboard import NextSessionPanel
from committee.convocations.services import convene
from committee.minutes.services import open_round
from committee.models import AgendaItem, Correction, Mandate, SessionPage
from common.shown import BY_PROGRAM
from common.templatetags.dates import short_day
from tests.cms.factories import rich_text
from tests.committee.minutes import DAY, NOW, TODAY, address, approve, decide, draft, held, member, propose
from tests.factories import SessionPageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def writer():
    return member(Mandate.Role.COORDINATOR)


def work(now=NOW):
    return NextSessionPanel(UserFactory(is_superuser=True), now).work()


def minutes_of(now=NOW):
    """Returns the lines about minutes, each with its link."""
    tasks = [task for task in work(now).tasks if "compte-rendu" in task.url]
    return [(task.title.replace("\u00a0", " "), task.url) for task in tasks]


def facts():
    return [fact.replace("\u00a0", " ") for fact in work().facts]


def test_panel_shows_next_step_of_minutes_unless_others_must_act(writer):
    session = held()
    assert minutes_of() == [("Écrire le compte rendu du 14 novembre 2026", address(session, "write_minutes"))]
    draft(session, writer)
    assert minutes_of() == [("Ouvrir aux corrections le compte rendu du 14 novembre 2026", address(session))]
    coming = held(-10)
    assert "Compte rendu de la précédente : en cours d’écriture" in facts()
    coming.delete()
    open_round(session=session, actor=writer, until=TODAY, now=NOW - DAY, shown=BY_PROGRAM)
    assert minutes_of() == []
    correction = propose(session, member())
    assert minutes_of() == [("Décider de 1 correction du compte rendu du 14 novembre 2026", address(session))]
    decide(correction, writer, Correction.State.REFUSED)
    assert minutes_of(NOW + DAY) == []
    later = held(1)
    draft(later, writer)
    open_round(session=later, actor=writer, until=TODAY + 5 * DAY, now=NOW, shown=BY_PROGRAM)
    approval = ("Noter l’approbation du compte rendu du 14 novembre 2026", address(session, "approve_minutes"))
    assert minutes_of(NOW + DAY) == [approval]
    approve(session, writer, later)
    assert minutes_of(NOW + DAY) == []


def test_convocation_is_due_three_weeks_before_the_session(writer):
    held(20, minutes=[rich_text("<p>Déjà publié.</p>")])
    assert [task.title for task in work().tasks] == ["Prévoir la prochaine séance"]
    coming = held(-21)
    AgendaItem.objects.create(session=coming, title="Un point")
    call = f"Convoquer les membres à la séance du {short_day(coming.starts_at)}"
    assert call not in [task.title for task in work(NOW - DAY).tasks]
    assert call in [task.title for task in work(NOW + DAY).tasks]
    convene(session=coming, words="", online_link="", sender=writer, key=uuid.uuid4(), shown=BY_PROGRAM, now=NOW)
    assert call not in [task.title for task in work(NOW + DAY).tasks]


def test_unpublished_past_session_has_no_task():
    held(20)
    SessionPageFactory(starts_at=NOW - DAY, ends_at=NOW - DAY / 2, live=False)
    assert [title for title, _url in minutes_of()] == ["Écrire le compte rendu du 4 novembre 2026"]


def test_agenda_and_link_of_a_draft_or_convocation_are_not_requested_again(writer):
    """Agenda and link in a draft, or the link in a convocation, are not requested again."""
    before = held()
    SessionPage.objects.filter(pk=before.pk).update(online_link="https://visio.example/avant")
    coming = held(-10)
    steps = ["Écrire l’ordre du jour", "Ajouter le lien pour participer à distance"]
    assert [task.title for task in work().tasks][:2] == steps
    coming.agenda_items = [AgendaItem(title="Un point")]
    coming.save_revision()
    assert [task.title for task in work().tasks][:2] == [coming.heading, steps[1]]
    link = "https://visio.example/salle"
    convene(session=coming, words="", online_link=link, sender=writer, key=uuid.uuid4(), shown=BY_PROGRAM, now=NOW)
    assert steps[1] not in [task.title for task in work().tasks]
    assert "Lien pour participer à distance : oui" in facts()
    assert work().tasks[0].url == reverse("wagtailadmin_pages:edit", args=[coming.pk])


def test_queries_of_the_panel_do_not_grow_with_tasks(writer, django_assert_max_num_queries):
    draft(held(), writer)
    held(-10)
    with django_assert_max_num_queries(21) as few:
        work()
    for days in (20, 30, 40):
        draft(held(days), writer)
    with django_assert_max_num_queries(len(few)):
        work()
