"""Work programmes in the admin: each page shows the next step; the page of the adoption lists all its effects."""

import pytest
import time_machine
from django.urls import reverse

from cms.admin.dashboard import snippet_url
from committee.models import WorkProgramme
from committee.programme.admin.dashboard import ProgrammePanel
from tests.committee.test_programme import (
    DAY,
    END,
    NOW,
    adopting,
    holder,
    programme,
    put_to_the_vote,
    secretary,
    topics,
    vote,
)

__all__ = ["programme", "secretary", "topics"]
pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def url(name, *args):
    return snippet_url(WorkProgramme, name, *args)


@time_machine.travel(NOW, tick=False)
def test_saved_a_programme_shows_its_next_step_in_the_message_the_head_and_the_list(client, topics, secretary):
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


def test_the_next_step_is_what_can_be_done_now(client, programme, topics, secretary):
    client.force_login(secretary)
    adopt = f'href="{url("adopt", programme.pk)}"'
    poll = put_to_the_vote(programme, secretary)
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
    assert (waiting.title, waiting.url) == ("Adopter le programme 2026", url("adopt", programme.pk))
    with time_machine.travel(END, tick=False):
        client.force_login(secretary)
        for page in (client.get(url("list")), client.get(url("edit", programme.pk))):
            assert adopt in text_of(page)


@time_machine.travel(END + DAY, tick=False)
def test_the_adoption_shows_the_results_and_says_when_fewer_priorities_than_asked_come_of_it(
    client, programme, topics, secretary
):
    vote(put_to_the_vote(programme, secretary, quorum=50), holder(), t2=3, t0=1)
    client.force_login(secretary)
    session = adopting()
    page = text_of(client.get(url("adopt", programme.pk)))
    assert "Le quorum de 50 % est atteint. Réponses : 1 sur 1." in page
    for topic, score in ((topics[2], 3), (topics[0], 1), (topics[1], 0)):
        assert f"{topic.number}. {topic.title}</th><td>{score}</td>" in page
    done = text_of(client.post(url("adopt", programme.pk), {"places": 3, "session": session.pk}, follow=True))
    assert "2 priorités et non 3 : aucun autre sujet n’a reçu de point." in done
    assert reverse("committee:work_programme", args=[programme.year]) in done


@time_machine.travel(END + DAY, tick=False)
def test_a_ballot_without_a_point_decides_nothing_and_gives_way(client, programme, topics, secretary):
    put_to_the_vote(programme, secretary)
    client.force_login(secretary)
    page = client.get(url("adopt", programme.pk))
    assert "ce vote ne décide rien" in text_of(page)
    assert url("open_ballot", programme.pk) in text_of(page)
    client.post(url("adopt", programme.pk), {"places": 3, "session": adopting().pk})
    programme.refresh_from_db()
    assert programme.adopted_at is None


@time_machine.travel(END + DAY, tick=False)
def test_the_list_costs_the_same_for_any_number_of_programmes(
    client, programme, topics, secretary, django_assert_max_num_queries
):
    put_to_the_vote(programme, secretary)
    client.force_login(secretary)
    client.get(url("list"))
    with django_assert_max_num_queries(14) as few:
        client.get(url("list"))
    for year in (2027, 2028, 2029):
        put_to_the_vote(WorkProgramme.objects.create(year=year), secretary)
    with django_assert_max_num_queries(len(few)):
        client.get(url("list"))
