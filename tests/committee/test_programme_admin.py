"""Work programmes in the admin: each page shows the next step; the page of the adoption lists all its effects."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from cms.admin.dashboard import snippet_url
from committee.models import ProgrammePage, WorkProgramme
from committee.programme.admin.dashboard import ProgrammePanel
from committee.programme.services import ballot_refusal
from tests.bulk import confirm
from tests.committee.minutes import text_of
from tests.committee.test_programme import (
    DAY,
    END,
    NOW,
    adoption_session,
    holder,
    programme,
    start_ballot,
    topics,
    vote,
)

__all__ = ["programme", "topics"]
pytestmark = pytest.mark.django_db


def url(name, *args):
    return snippet_url(WorkProgramme, name, *args)


@time_machine.travel(NOW, tick=False)
def test_saved_programme_has_link_to_next_step_in_message_header_and_list(client, topics, secretary):
    client.force_login(secretary)
    data = {"year": 2026, "introduction": "", "priorities-TOTAL_FORMS": 0, "priorities-INITIAL_FORMS": 0}
    assert client.get(url("add")).status_code == 200
    page = client.post(url("add"), data, follow=True)
    saved = WorkProgramme.objects.get()
    assert page.request["PATH_INFO"] == url("edit", saved.pk)
    step = f'href="{url("open_ballot", saved.pk)}"'
    assert step in text_of(page).partition('class="messages"')[2].partition("</ul>")[0]
    assert step in text_of(page).partition("<header")[2].partition("</header>")[0]
    assert step in text_of(client.get(url("list")))
    again = client.post(url("edit", saved.pk), data)
    assert again.url == url("edit", saved.pk)


def test_next_step_depends_on_the_end_of_the_ballot(client, programme, topics, secretary):
    client.force_login(secretary)
    adopt = f'href="{url("adopt", programme.pk)}"'
    poll = start_ballot(programme, secretary)
    with time_machine.travel(NOW + DAY, tick=False):
        client.force_login(secretary)
        for page in (client.get(url("list")), client.get(url("edit", programme.pk))):
            assert adopt not in text_of(page)
            assert f'href="{poll.get_absolute_url()}"' in text_of(page)
        early = text_of(client.get(url("adopt", programme.pk)))
        assert "Le vote dure jusqu’au jeudi 15 janvier 2026 à 13 h" in early
        assert "<form" not in early.partition("<main")[2]
    assert not ProgrammePanel(secretary, NOW + DAY).work().tasks
    (waiting,) = ProgrammePanel(secretary, END).work().tasks
    # Nobody answered: the page of the adoption would refuse.
    assert waiting.url == url("open_ballot", programme.pk)
    assert waiting.note == str(ballot_refusal(programme, END))
    vote(poll, holder(), t0=4)
    (waiting,) = ProgrammePanel(secretary, END).work().tasks
    assert (waiting.title, waiting.url) == ("Adopter le programme 2026", url("adopt", programme.pk))
    assert "Le comité adopte le programme à une séance" in waiting.note
    with time_machine.travel(END, tick=False):
        client.force_login(secretary)
        for page in (client.get(url("list")), client.get(url("edit", programme.pk))):
            assert adopt in text_of(page)


def test_the_programme_of_the_next_year_is_a_task_sixty_days_before_it(client, topics, secretary):
    def tasks(*day):
        now = dt.datetime(*day, 12, tzinfo=dt.UTC)
        return [(task.title, task.url) for task in ProgrammePanel(secretary, now).work().tasks]

    def board(*day):
        with time_machine.travel(dt.datetime(*day, 12, tzinfo=dt.UTC), tick=False):
            return text_of(client.get(ProgrammePage.objects.get().url))

    prepare = ("Préparer le programme 2027", url("add"))
    # The site does not know when a committee chooses its first priorities.
    assert tasks(2026, 11, 2) == []
    WorkProgramme.objects.create(year=2026, adopted_at=NOW)
    assert (tasks(2026, 11, 1), tasks(2026, 11, 2), tasks(2027, 10, 31)) == ([], [prepare], [prepare])
    missing = "Le comité n’a pas encore adopté ses priorités de 2027. Voici celles de 2026."
    assert (missing in board(2026, 12, 31), missing in board(2027, 1, 1)) == (False, True)
    second = WorkProgramme.objects.create(year=2027)
    assert tasks(2026, 11, 2) == [("Ouvrir le vote du programme 2027", url("open_ballot", second.pk))]
    start_ballot(second, secretary)
    assert tasks(2026, 1, 14) == tasks(2025, 11, 2) == []
    WorkProgramme.objects.filter(pk=second.pk).update(adopted_at=NOW)
    assert (tasks(2027, 1, 1), missing in board(2027, 1, 1)) == ([], False)


@time_machine.travel(END + DAY, tick=False)
def test_adoption_shows_results_and_reports_fewer_priorities_than_requested(client, programme, topics, secretary):
    vote(start_ballot(programme, secretary, quorum=50), holder(), t2=3, t0=1)
    client.force_login(secretary)
    session = adoption_session()
    page = text_of(client.get(url("adopt", programme.pk)))
    assert "Le quorum de 50 % est atteint. Réponses : 1 sur 1." in page
    for topic, score in ((topics[2], 3), (topics[0], 1), (topics[1], 0)):
        assert f"{topic.number}. {topic.title}</th><td>{score}</td>" in page
    done = text_of(confirm(client, url("adopt", programme.pk), {"places": 3, "session": session.pk}, follow=True))
    assert "2 priorités et non 3 : aucun autre sujet n’a reçu de point." in done
    assert reverse("committee:work_programme", args=[programme.year]) in done


@time_machine.travel(END + DAY, tick=False)
def test_ballot_without_points_cannot_be_adopted_and_can_be_replaced(client, programme, topics, secretary):
    start_ballot(programme, secretary)
    client.force_login(secretary)
    page = client.get(url("adopt", programme.pk))
    assert "ce vote ne décide rien" in text_of(page)
    assert url("open_ballot", programme.pk) in text_of(page)
    confirm(client, url("adopt", programme.pk), {"places": 3, "session": adoption_session().pk})
    programme.refresh_from_db()
    assert programme.adopted_at is None


@time_machine.travel(END + DAY, tick=False)
def test_queries_of_the_list_do_not_grow_with_programmes(
    client, programme, topics, secretary, django_assert_max_num_queries
):
    start_ballot(programme, secretary)
    client.force_login(secretary)
    client.get(url("list"))
    with django_assert_max_num_queries(14) as few:
        client.get(url("list"))
    for year in (2027, 2028, 2029):
        start_ballot(WorkProgramme.objects.create(year=year), secretary)
    with django_assert_max_num_queries(len(few)):
        client.get(url("list"))
