"""Pages of the work programme: priorities, deliverables, late deliverables."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from wagtail.models import PageViewRestriction

from committee.area.queries import member_tasks
from committee.models import AgendaItem, Deliverable, Priority, TopicPage, TopicStep, WorkProgramme, topic_label
from committee.programme.services import adopt
from common.shown import BY_PROGRAM
from tests.charts import charts_in
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
from tests.factories import (
    MandateFactory,
    ProposalFactory,
    SessionPageFactory,
    TopicPageFactory,
    UserFactory,
    VeilleEntryPageFactory,
)

__all__ = ["programme", "topics"]
pytestmark = pytest.mark.django_db


def test_programme_is_public_only_after_adoption(client, programme, topics, secretary):
    address = reverse("committee:work_programme", args=[2026])
    vote(start_ballot(programme, secretary), holder(), t0=3, t1=1)
    assert client.get(address).status_code == 404
    assert "Priorités" not in client.get("/le-comite/programme/").content.decode()
    adopt(programme=programme, session=adoption_session(), by=secretary, places=2, now=END, shown=BY_PROGRAM)
    Priority.objects.filter(topic=topics[0]).update(objective="Dix démarches disent leur durée.")
    topics[1].unpublish()
    for page in (client.get(path).content.decode() for path in (address, "/le-comite/programme/", topics[0].url)):
        assert "Dix démarches disent leur durée." in page
        assert topics[1].title not in page.partition("<main")[2]
    ballot = client.get(address).content.decode().partition('id="vote"')[2]
    assert topic_label(None) in ballot
    PageViewRestriction.objects.create(page=topics[0], restriction_type=PageViewRestriction.LOGIN)
    assert topics[0].title not in client.get(address).content.decode()
    assert not client.get(address).cookies


@time_machine.travel(NOW, tick=False)
def test_late_deliverables_are_public_and_tasks_of_the_pilot(client, topics, secretary):
    leader = MandateFactory(member__user=UserFactory()).member
    TopicPage.objects.filter(pk=topics[0].pk).update(pilot=leader)
    today = NOW.date()
    for title, due, state in (("Tard", -1, "en-cours"), ("Ce jour", 0, "a-faire"), ("Livré", -3, "livre")):
        done_on = today if state == "livre" else None
        Deliverable.objects.create(topic=topics[0], title=title, due_on=today + due * DAY, state=state, done_on=done_on)
    late = Deliverable.objects.late(today)
    assert [row.title for row in late] == ["Tard"]
    assert "Tard" in client.get("/le-comite/programme/").content.decode()
    assert [one.title for one in member_tasks(leader, NOW) if "Tard" in one.title]
    assert not [one for one in member_tasks(MandateFactory().member, NOW) if "Tard" in one.title]
    client.force_login(secretary)
    assert "Tard" in client.get("/admin/").content.decode()
    topics[0].unpublish()
    assert not Deliverable.objects.late(today)


def test_programme_page_shows_deliverables_of_its_year(client):
    """Due in it or, without a due date, delivered in it; deliverables of other years are on those years' pages."""
    topic = TopicPageFactory()
    for year in (2019, 2026):
        Priority.objects.create(programme=WorkProgramme.objects.create(year=year, adopted_at=NOW), topic=topic)
    for title, due_on, done_on in (
        ("Attendu en 2019", "2019-12-31", None),
        ("Rendu en retard", "2019-06-01", "2026-01-02"),
        ("Rendu sans date annoncée", None, "2019-03-01"),
        ("Attendu en 2026", "2026-01-01", None),
        ("Sans date", None, None),
    ):
        state = "livre" if done_on else "en-cours"
        Deliverable.objects.create(topic=topic, title=title, due_on=due_on, done_on=done_on, state=state)
    pages = {year: client.get(f"/le-comite/programme/{year}/") for year in (2019, 2026)}
    states = {
        year: [row.title for _priority, rows in page.context["priorities"] for row, _late in rows]
        for year, page in pages.items()
    }
    assert states == {
        2019: ["Attendu en 2019", "Rendu en retard", "Rendu sans date annoncée"],
        2026: ["Attendu en 2026"],
    }
    assert "2 sur 3" in pages[2019].content.decode().replace("\u00a0", " ")
    assert "0 sur 1" in pages[2026].content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize("number", [3, 12])
def test_queries_of_a_programme_page_do_not_grow_with_priorities(
    client, secretary, number, django_assert_max_num_queries
):
    programme = WorkProgramme.objects.create(year=2025, adopted_at=NOW)
    for topic in TopicPageFactory.create_batch(number):
        Priority.objects.create(programme=programme, topic=topic)
        Deliverable.objects.create(topic=topic, title="Guide", due_on="2025-06-01")
    client.get("/le-comite/programme/2025/")
    with django_assert_max_num_queries(6):
        client.get("/le-comite/programme/2025/")


@time_machine.travel(NOW, tick=False)
def test_late_deliverables_come_first_with_a_badge(client):
    first, second = TopicPageFactory(progress="en-cours"), TopicPageFactory(progress="en-cours", pictogram="inclusion")
    programme = WorkProgramme.objects.create(year=2026, adopted_at=NOW)
    for topic in (first, second):
        Priority.objects.create(programme=programme, topic=topic)
    Deliverable.objects.create(topic=second, title="Tard", due_on=dt.date(2026, 1, 2))
    Deliverable.objects.create(topic=first, title="Plus tard", due_on=dt.date(2026, 3, 2))
    board, year = (client.get(f"/le-comite/programme/{end}").content.decode() for end in ("", "2026/"))
    for page in (board, year):
        late = page.partition('id="retard"')[2].partition("</section>")[0]
        assert "Tard" in late
        assert "badge--no" in late
        assert "family--inclusion" in late
        assert "Plus tard" not in late
        assert page.index('id="retard"') < page.index("Plus tard")
    under_way = board.partition('id="en-cours"')[2]
    assert under_way.index(second.title) < under_way.index(first.title)


@time_machine.travel(NOW, tick=False)
def test_year_chart_has_only_steps_and_deliverables_of_the_year(client):
    topic = TopicPageFactory(pictogram="data")
    Priority.objects.create(programme=WorkProgramme.objects.create(year=2026, adopted_at=NOW), topic=topic)
    TopicStep.objects.create(topic=topic, title="Lire", day=dt.date(2026, 2, 1), is_done=True)
    TopicStep.objects.create(topic=topic, title="Relire", day=dt.date(2027, 2, 1))
    Deliverable.objects.create(topic=topic, title="Guide", due_on=dt.date(2026, 1, 2))
    Deliverable.objects.create(
        topic=topic, title="Carte", due_on=dt.date(2026, 6, 1), done_on=NOW.date(), state="livre"
    )
    chart = client.get("/le-comite/programme/2026/").context["year_chart"]
    notes = ["En retard", "Fait", "livré le 5\xa0janvier 2026"]
    assert [(event.title, event.words) for event in chart.events] == [
        (title, f"{note} · {topic.title}") for title, note in zip(("Guide", "Lire", "Carte"), notes, strict=True)
    ]
    assert [event.title for event in chart.events if event.is_late] == ["Guide"]
    assert {event.family for event in chart.events} == {"figures"}
    for path in ("/le-comite/programme/", "/le-comite/programme/2026/"):
        charts = charts_in(client.get(path).content.decode())
        assert charts
        assert [fault for one in charts for fault in one.faults()] == []


def test_topic_shows_four_cards_and_collapses_the_complete_list(client):
    topic = TopicPageFactory(number=90)
    proposals = [ProposalFactory(topic=topic) for _ in range(3)]
    entry = VeilleEntryPageFactory(topic=topic)
    VeilleEntryPageFactory.create_batch(2, topic=topic)
    page = client.get(topic.url).content.decode()
    before, all_the_rest = page.split('aria-labelledby="autour"')[1].split("<details")
    assert before.count("card--pictured") == 4
    # One of each kind in turn.
    assert proposals[-1].title in before
    assert "Tout voir (6)" in all_the_rest
    assert all(escape(one.title) in all_the_rest for one in [*proposals, entry])


def test_topic_shows_only_its_next_session(client):
    topic = TopicPageFactory(number=90)
    for days in (-3, 9, 30):
        session = SessionPageFactory(title=f"Dans {days} jours", starts_at=timezone.now() + dt.timedelta(days=days))
        AgendaItem.objects.create(session=session, topic=topic, title="Un point")
    box = client.get(topic.url).content.decode().split('aria-labelledby="prochain-jour"')[1].split("</section>")[0]
    assert "Dans 9 jours" in box
    assert "Dans -3" not in box
    assert "Dans 30" not in box
