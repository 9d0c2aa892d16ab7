"""Dashboard of a desk agent: open calls and polls, place of the meetings, recent entries."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Audience
from committee.models import SessionPage
from participation.models import CallPage, Comment, DeskEntry
from polls.models import Poll
from tests.factories import CallPageFactory, CommentFactory, SessionPageFactory

# A Tuesday.
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
DAY = dt.timedelta(days=1)
Phase = CallPage.Phase


@pytest.fixture
def dashboard(client, editor_of):
    """Returns a function that reads the dashboard of an agent: panels by id."""
    client.force_login(editor_of("Accueil"))

    def read():
        tree = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")
        return {panel.get("id"): panel for panel in tree.select(".work-panel")}

    return read


def lines(panel):
    """Returns title → (note, buttons) for each line of a panel."""
    return {
        task.select_one(".work-panel__title").get_text().replace("\xa0", " "): (
            task.select_one(".work-panel__note").get_text().strip().replace("\xa0", " "),
            [link.contents[0] for link in task.select(".work-panel__actions a")],
        )
        for task in panel.select(".work-panel__task")
    }


def open_poll(title, **changes):
    values = {"ballot": Poll.Ballot.NOMINATIVE, "is_draft": False, "opens_at": NOW - DAY, "closes_at": NOW + DAY}
    return Poll.objects.create(title=title, slug=title.lower(), **values | changes)


def enter(agent, body):
    comment = CommentFactory(body=body, author=None, author_name="Odile M.", state=Comment.State.RECEIVED)
    return DeskEntry.objects.create(comment=comment, agent=agent, entered_at=NOW - dt.timedelta(hours=1))


def test_open_calls_and_polls_are_listed_with_actions_of_agents(dashboard):
    CallPageFactory(title="Quelles idées ?")
    CallPageFactory(title="Qu’en pensez-vous ?", phase=Phase.DISCUSSION)
    CallPageFactory(title="Plus tard", phase=Phase.COMING)
    CallPageFactory(title="Fini", phase=Phase.CLOSED)
    CallPageFactory(title="Entre membres", audience=Audience.MEMBERS)
    open_poll("Lieu")
    open_poll("Vote", ballot=Poll.Ballot.SECRET)
    open_poll("Interne", audience=next(iter(Poll.INTERNAL)))
    open_poll("Passé", closes_at=NOW - dt.timedelta(hours=1))
    found = lines(dashboard()["ouvert-aujourd-hui"])
    assert list(found) == ["Quelles idées ?", "Qu’en pensez-vous ?", "Lieu", "Vote"]
    assert found["Quelles idées ?"][1] == ["Saisir une proposition", "Formulaire sur papier"]
    assert found["Qu’en pensez-vous ?"][1] == []
    assert found["Lieu"] == (
        "Sondage, jusqu’au mercredi 25 novembre 2026 à 10 h",
        ["Saisir une réponse", "Formulaire sur papier"],
    )
    assert "secret" in found["Vote"][0]
    assert not found["Vote"][1], "an agent would see a secret answer"


def test_button_of_a_call_opens_the_form_with_this_call(client, dashboard):
    CallPageFactory(title="Un autre appel")
    wanted = CallPageFactory(title="Celui-ci")
    link = dashboard()["ouvert-aujourd-hui"].find("a", string=lambda text: text == "Celui-ci").find_parent("li")
    form = BeautifulSoup(client.get(link.select_one(".work-panel__actions a")["href"]).content, "html.parser")
    assert [box["value"] for box in form.select("[name=call][checked]")] == [str(wanted.pk)]


def test_upcoming_sessions_are_listed_with_date_place_and_cancellation(dashboard):
    for days, title, status in (
        (-7, "Passée", "scheduled"),
        (6, "Prochaine", "scheduled"),
        (20, "Reportée", "cancelled"),
    ):
        starts_at = NOW + days * DAY
        SessionPageFactory(
            title=title,
            starts_at=starts_at,
            ends_at=starts_at + DAY / 12,
            place="Médiathèque",
            status=status,
            number=None,
        )
    SessionPageFactory(title="Brouillon", starts_at=NOW + 2 * DAY, ends_at=NOW + 3 * DAY, live=False, number=None)
    found = {title: note for title, (note, _actions) in lines(dashboard()["prochaines-seances"]).items()}
    assert found == {
        "Prochaine": "Lundi 30 novembre 2026, de 10 h à 12 h · Médiathèque",
        "Reportée": f"{SessionPage.Status.CANCELLED.label} · Lundi 14 décembre 2026, de 10 h à 12 h · Médiathèque",
    }


def test_days_before_the_next_session_leave_out_cancelled_ones(dashboard):
    for days, status in ((3, SessionPage.Status.CANCELLED), (6, SessionPage.Status.SCHEDULED)):
        starts_at = NOW + days * DAY
        SessionPageFactory(starts_at=starts_at, ends_at=starts_at + DAY / 12, status=status)
    assert dashboard()["prochaines-seances"].select_one(".work-panel__count").get_text().startswith("6 jours avant")
    SessionPage.objects.update(status=SessionPage.Status.CANCELLED)
    assert dashboard()["prochaines-seances"].select_one(".work-panel__count") is None


def test_latest_entries_are_listed_with_their_state(client, dashboard, user):
    entry = enter(user, "Bonne idée.")
    panel = dashboard()["dernieres-saisies"]
    [(title, (note, _actions))] = lines(panel).items()
    assert title == "Bonne idée."
    assert note.startswith(f"n° {entry.pk} · Odile M.")
    assert note.endswith(f"24 novembre 2026 · {entry.state_label}")
    assert client.get(panel.select_one(".work-panel__title")["href"]).status_code == 200


def test_empty_dashboard_has_a_message_in_each_panel(dashboard):
    said = {name: panel.select_one(".work-panel__facts").get_text() for name, panel in dashboard().items()}
    assert said == {
        "ouvert-aujourd-hui": "Aucun appel et aucun sondage n’est ouvert aujourd’hui.",
        "prochaines-seances": "Aucune séance n’est prévue.",
        "dernieres-saisies": "Rien n’a encore été saisi.",
    }


def test_number_of_queries_is_constant(dashboard, user):
    counts = []
    for number in range(3):
        CallPageFactory()
        open_poll(f"Sondage{number}")
        enter(user, f"Idée {number}")
        SessionPageFactory(starts_at=NOW + (number + 2) * DAY, ends_at=NOW + (number + 2.1) * DAY)
        dashboard()
        with CaptureQueriesContext(connection) as queries:
            dashboard()
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
