"""Summary of the dashboard and of its panels: pending items, late items, where to begin."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from cms.admin.dashboard import DashboardPanel, Overview, first_rows
from common.waiting import Task, TaskList
from participation.models import Proposal
from participation.models.deadlines import reading_due_on, reading_late_since
from tests.factories import ProposalFactory, UserFactory

# A Tuesday.
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
TODAY = NOW.date()


@pytest.fixture
def dashboard(client, editor_of):
    """Returns a function: group → its dashboard, as an HTML tree."""

    def read(group):
        client.force_login(editor_of(group))
        return BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")

    return read


def words(tree):
    return " ".join(tree.get_text().split())


def make_received_proposal(days, **values):
    return ProposalFactory(state=Proposal.State.RECEIVED, created_at=NOW - dt.timedelta(days=days), **values)


def make_overdue_proposal(days, **values):
    due = TODAY - dt.timedelta(days=days)
    return ProposalFactory(answer_due_on=due, published_at=NOW - dt.timedelta(days=80), **values)


def test_summary_counts_tasks_and_shows_the_most_overdue_one(dashboard):
    make_received_proposal(0)
    make_received_proposal(5)
    make_overdue_proposal(9, title="Promise depuis longtemps")
    head = dashboard("Modération").select_one(".work-now")
    assert "3 choses attendent, 2 en retard" in words(head)
    first = head.select_one(".work-now__first")
    assert "Promise depuis longtemps" in words(first)
    assert "En retard pour le 15 novembre 2026" in words(first)


def test_tiles_link_to_their_panels_and_late_ones_come_first(dashboard):
    make_received_proposal(0)
    make_overdue_proposal(9)
    tree = dashboard("Modération")
    tiles = tree.select(".work-tile")
    assert [tile["href"] for tile in tiles] == ["#reponses-en-retard", "#a-lire"]
    assert all(tree.select_one(tile["href"]) for tile in tiles)
    assert [bool(tile.select(".work-tile__late")) for tile in tiles] == [True, False]


@pytest.mark.parametrize("group", ["Modération", "Services", "Accueil"])
def test_summary_without_tasks_shows_a_sentence(dashboard, group):
    head = dashboard(group).select_one(".work-now")
    assert "Rien n’attend." in words(head)
    assert not head.select(".work-tile, .work-now__first")


def test_count_includes_tasks_that_are_not_listed(dashboard):
    for days in (9, 8, 7, 7, 7, 6, 5, 0):
        make_received_proposal(days)
    panel = dashboard("Modération").select_one("#a-lire")
    assert words(panel.select_one(".work-panel__count")) == "8 textes à lire, 7 en retard"
    squares = panel.select(".work-panel__square")
    assert (len(squares), len(panel.select(".work-panel__square--late"))) == (8, 7)
    assert len(panel.select(".work-panel__task")) == 5
    assert len(panel.select("details .work-panel__task")) == 2
    assert words(panel.select_one(".work-panel__more")) == "3 autres attendent."


@pytest.mark.parametrize("today", [TODAY + dt.timedelta(days=days) for days in range(9)])
def test_list_and_count_use_the_same_rule_for_late_texts(today):
    last = reading_late_since(today)
    assert reading_due_on(last) < today <= reading_due_on(last + dt.timedelta(days=1))


def test_rows_are_counted_and_read_with_one_query(django_assert_num_queries):
    for _ in range(4):
        make_received_proposal(1)
    with django_assert_num_queries(1):
        found = first_rows(Proposal.objects.awaiting_moderation(), 2)
    assert (len(found.rows), found.count, found.late) == (2, 4, 0)
    assert first_rows(Proposal.objects.none(), 2).count == 0


class Panel(DashboardPanel):
    name, order, heading, icon = "un-panneau", 1, "Un panneau", "time"

    def __init__(self, *tasks):
        super().__init__(UserFactory.build(), NOW)
        self.known = tasks

    def work(self):
        return TaskList(tasks=self.known)


def task(title, **values):
    return Task(title, "/", **values)


def test_most_urgent_task_comes_first_in_panel_and_overview():
    soon, later = task("Bientôt", due_on=TODAY), task("Plus tard", due_on=TODAY + dt.timedelta(days=9))
    late, someday = task("En retard", due_on=TODAY - dt.timedelta(days=1), is_late=True), task("Un jour")
    assert Panel(someday, later, late, soon).tasks == [late, soon, later, someday]
    assert Overview([Panel(someday, soon), Panel(later, late)]).first is late
    assert Overview([]).first is None


def test_tasks_without_action_are_not_counted():
    panel = Panel(task("À vous"), task("À quelqu’un d’autre", needs_action=False))
    assert (panel.found.waiting, panel.not_listed) == (1, 0)
    assert Overview([Panel(task("À quelqu’un d’autre", needs_action=False))]).panels == []
