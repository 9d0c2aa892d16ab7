"""Dashboard: panels of each user and their order, their content, their queries."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from accounts.models import User
from cms.models import PageCheck, StandardPage
from committee.models import AgendaItem, SessionPage
from digests.models import Frequency, Subscriber
from mailing.ticking import beat
from participation.models import Comment, Proposal
from participation.models.deadlines import working_days_since
from polls.models import Participation, Poll
from tests.bulk import press
from tests.cms.factories import make_image
from tests.factories import CommentFactory, NewsPageFactory, ProposalFactory, SessionPageFactory, UserFactory

# A Tuesday.
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
PANELS = {
    "Rédaction": [
        "veille-a-lire",
        "comparatif-a-relire",
        "textes-a-coder",
        "lieux-d-aide",
        "pages-a-relire",
        "ecrire",
    ],
    "Secrétariat": [
        "ouverture",
        "chaines-interrompues",
        "prochaine-seance",
        "sieges-a-pourvoir",
        "assiduite",
        "programme",
        "indicateurs-en-retard",
        "bilan",
        "messages-a-envoyer",
        "pages-a-relire",
    ],
    "Modération": [
        "a-lire",
        "signalements",
        "demandes-de-second-regard",
        "reponses-en-retard",
        "chaines-interrompues",
    ],
    "Services": ["reponses-en-retard", "constats-en-retard", "chaines-interrompues"],
    "Accueil": ["ouvert-aujourd-hui", "prochaines-seances", "dernieres-saisies"],
    "Animation": [
        "ouverture",
        "a-lire",
        "signalements",
        "demandes-de-second-regard",
        "constats-a-lire",
        "constats-a-suivre",
        "reponses-en-retard",
        "constats-en-retard",
        "chaines-interrompues",
        "prochaine-seance",
        "sieges-a-pourvoir",
        "assiduite",
        "programme",
        "envois",
        "indicateurs-en-retard",
        "etat-du-site",
        "bilan",
        "messages-a-envoyer",
        "prochaine-lettre",
        "sondages-a-completer",
        "sondages-qui-se-terminent",
        "veille-a-lire",
        "comparatif-a-relire",
        "textes-a-coder",
        "lieux-d-aide",
        "pages-a-relire",
        "ecrire",
        "ouvert-aujourd-hui",
        "prochaines-seances",
        "dernieres-saisies",
    ],
}


@pytest.fixture
def dashboard(client, editor_of):
    """Returns a function: group → panels of its dashboard, by name, as HTML trees in order."""

    def read(group):
        client.force_login(editor_of(group))
        tree = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")
        return {panel.get("id"): panel for panel in tree.select(".work-panel")}

    return read


def ago(**duration):
    return NOW - dt.timedelta(**duration)


def words(panel):
    return " ".join(panel.get_text().split())


def titles(panel):
    return [" ".join(link.get_text().split()) for link in panel.select(".work-panel__title")]


def notes(panel):
    return [" ".join(note.get_text().split()) for note in panel.select(".work-panel__note")]


def late_titles(panel):
    return [titles(task)[0] for task in panel.select(".work-panel__task") if task.select(".work__late")]


@pytest.mark.parametrize("group", PANELS)
def test_each_group_has_its_panels_in_order(dashboard, group):
    assert list(dashboard(group)) == PANELS[group]


@pytest.mark.parametrize("group", PANELS)
def test_dashboard_does_not_show_the_summary_of_wagtail(client, editor_of, group):
    client.force_login(editor_of(group))
    home = client.get(reverse("wagtailadmin_home"))
    assert home.status_code == 200
    assert "w-summary" not in home.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "a-lire",
        "signalements",
        "demandes-de-second-regard",
        "reponses-en-retard",
        "chaines-interrompues",
        "sondages-qui-se-terminent",
        "pages-a-relire",
    ],
)
def test_empty_panel_shows_a_sentence(dashboard, name):
    panel = dashboard("Animation")[name]
    assert panel.select(".work-panel__nothing")
    assert not titles(panel)


def test_oldest_texts_come_first_and_are_late_after_two_working_days(dashboard):
    received = {"state": Proposal.State.RECEIVED}
    # Thursday: the two working days were Friday and Monday. Friday: Monday and today.
    ProposalFactory(title="De jeudi", created_at=ago(days=5), **received)
    CommentFactory(body="De vendredi", state=Comment.State.RECEIVED, created_at=ago(days=4))
    ProposalFactory(title="D’aujourd’hui", created_at=ago(hours=1), **received)
    ProposalFactory(title="Déjà lue", created_at=ago(days=30))

    panel = dashboard("Modération")["a-lire"]

    assert titles(panel) == ["De jeudi", "De vendredi", "D’aujourd’hui"]
    assert late_titles(panel) == ["De jeudi"]
    assert ["3" in note.rpartition("·")[2] for note in notes(panel)] == [True, False, False]
    assert "2 propositions" in words(panel)


def test_text_can_be_published_or_refused_from_the_dashboard(client, dashboard):
    proposal = ProposalFactory(state=Proposal.State.RECEIVED, created_at=ago(days=1))
    panel = dashboard("Modération")["a-lire"]
    read, publish, refuse = [link.get("href") for link in panel.select(".work-panel__task a")]
    assert client.get(read).status_code == 200
    assert client.get(refuse).status_code == 200
    response = press(client, publish, follow=True)
    assert response.redirect_chain[-1][0] == reverse("wagtailadmin_home"), "the user returns to the dashboard"
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.PUBLISHED


def test_late_tasks_are_marked_in_words(dashboard):
    """Colour is never the only indication."""
    ProposalFactory(state=Proposal.State.RECEIVED, created_at=ago(days=10))
    mark = dashboard("Modération")["a-lire"].select(".work__late")[0]
    assert mark.get_text().strip()


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (dt.date(2026, 11, 24), 0),
        (dt.date(2026, 11, 23), 1),
        (dt.date(2026, 11, 21), 2),
        (dt.date(2026, 11, 20), 2),
        (dt.date(2026, 11, 17), 5),
    ],
)
def test_age_is_counted_in_working_days(day, count):
    assert working_days_since(day, NOW.date()) == count


def test_answers_are_late_after_their_announced_day(dashboard):
    published = {"published_at": ago(days=80)}
    today = NOW.date()
    ProposalFactory(title="Due aujourd’hui", answer_due_on=today, **published)
    ProposalFactory(title="Due hier", answer_due_on=today - dt.timedelta(days=1), **published)
    ProposalFactory(
        title="À l’étude", state=Proposal.State.STUDIED, answer_due_on=today - dt.timedelta(days=9), **published
    )
    ProposalFactory(
        title="Répondue", state=Proposal.State.ACCEPTED, answer_due_on=today - dt.timedelta(days=9), **published
    )
    found = titles(dashboard("Modération")["reponses-en-retard"])
    assert [title.partition(" : ")[2] or title for title in found] == ["À l’étude", "Due hier"]


def session(title, days, **values):
    return SessionPageFactory(title=title, starts_at=NOW + dt.timedelta(days=days), **values)


def test_panel_asks_for_agenda_of_next_session_and_minutes_of_last_one(dashboard):
    before = session("Avant", -20)
    coming = session("Prochaine", 10)
    session("Annulée", 3, status=SessionPage.Status.CANCELLED)
    session("Plus tard", 40)
    links = [link.get("href") for link in dashboard("Secrétariat")["prochaine-seance"].select(".work-panel__title")]
    assert links == [
        reverse("wagtailadmin_pages:edit", args=[coming.pk]),
        reverse("committee:write_minutes", args=[before.slug]),
    ]


def test_session_with_agenda_has_no_task(dashboard):
    before = session("Avant", -20)
    before.minutes = [("highlight", {"text": "Tout est décidé."})]
    before.save()
    AgendaItem.objects.create(session=session("Prochaine", 30), title="Un point")
    assert not titles(dashboard("Secrétariat")["prochaine-seance"])


def test_panel_without_session_links_to_a_new_one(client, dashboard):
    link = dashboard("Secrétariat")["prochaine-seance"].select(".work-panel__links a")[0]
    assert client.get(link.get("href")).status_code == 200


def make_subscriber(number, frequency):
    return Subscriber.objects.create(
        email=f"lecteur{number}@courriel.example",
        status=Subscriber.Status.ACTIVE,
        frequency=frequency,
        verified_at=ago(days=90),
        started_at=ago(days=90),
        created_at=ago(days=90),
    )


def test_panel_shows_day_and_counts_of_the_next_digests(dashboard):
    for number in range(3):
        make_subscriber(number, Frequency.MONTHLY)
    make_subscriber(9, Frequency.WEEKLY)
    # Sunday: for the monthly digest only. Yesterday afternoon: for both.
    ProposalFactory(created_at=ago(days=2))
    ProposalFactory(created_at=ago(hours=15))

    panel = dashboard("Animation")["prochaine-lettre"]

    assert [title.partition(",")[0] for title in titles(panel)] == ["Lundi 30 novembre 2026", "Mardi 1er décembre 2026"]
    weekly, monthly = notes(panel)
    assert [[part.split()[0] for part in note.split(" · ")[1:]] for note in (weekly, monthly)] == [
        ["1", "1"],
        ["3", "2"],
    ]


def make_poll(slug, *, ballot=Poll.Ballot.SECRET, **ends):
    moments = {"opens_at": ago(days=30), "closes_at": NOW + dt.timedelta(**ends)}
    return Poll.objects.create(title=slug, slug=slug, is_draft=False, ballot=ballot, **moments)


def test_polls_that_end_within_a_week_are_listed_with_count_of_answers(dashboard):
    make_poll("fini", hours=-1)
    make_poll("lointain", days=8)
    make_poll("bientot", days=6)
    poll = make_poll("demain", days=1, ballot=Poll.Ballot.NOMINATIVE)
    for _ in range(2):
        Participation.objects.create(poll=poll, user=UserFactory())
    panel = dashboard("Animation")["sondages-qui-se-terminent"]
    assert titles(panel) == ["demain", "bientot"]
    assert "2 " in notes(panel)[0].rpartition("·")[2]
    assert "·" not in notes(panel)[1], "a secret poll does not show its number of answers"


def test_text_of_residents_is_escaped(client, editor_of):
    author = UserFactory(public_name="Zoé")
    User.objects.filter(pk=author.pk).update(public_name="<b>Zoé</b>")
    ProposalFactory(title="<script>1</script>", author=author, state=Proposal.State.RECEIVED)
    client.force_login(editor_of("Modération"))
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "<script>1" not in html
    assert "<b>Zoé" not in html


def fill(count):
    StandardPage.objects.update(last_published_at=ago(days=500))

    for number in range(count):
        ProposalFactory(state=Proposal.State.RECEIVED)
        CommentFactory(state=Comment.State.RECEIVED)
        ProposalFactory(answer_due_on=NOW.date() - dt.timedelta(days=3))
        make_poll(f"sondage-{Poll.objects.count()}", days=1)
        make_subscriber(Subscriber.objects.count(), Frequency.MONTHLY)
        page = session(f"Séance {number}", 10 + SessionPage.objects.count())
        check(page, lix=50)
        make_image(description="")


def test_queries_of_the_dashboard_do_not_grow_with_tasks(client, editor_of, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(editor_of("Animation"))
    counts = []
    for more in (1, 2, 4):
        fill(more)
        client.get(reverse("wagtailadmin_home"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("wagtailadmin_home"))
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert Page.objects.filter(depth__gt=3).exists()


def check(page, **found):
    values = {"lix": 20, "longest_sentence": 10, "pictures_without_text": 0, "checked_at": NOW, **found}
    return PageCheck.objects.create(page=Page.objects.get(pk=page.pk), **values)


def test_pages_to_review_are_listed_with_their_reasons(dashboard, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    check(NewsPageFactory(title="Facile"), lix=45, longest_sentence=30)
    check(NewsPageFactory(title="Difficile"), lix=46)
    check(NewsPageFactory(title="Longue"), longest_sentence=31)
    check(NewsPageFactory(title="Muette"), pictures_without_text=2)
    check(NewsPageFactory(title="Difficile et retirée", live=False), lix=60)
    make_image(title="Photo", description="")
    panel = dashboard("Rédaction")["pages-a-relire"]
    reasons = dict(zip(titles(panel), notes(panel), strict=True))
    assert set(reasons) == {"Difficile", "Longue", "Muette", "Photo"}
    assert "46" in reasons["Difficile"]
    assert "31" in reasons["Longue"]
    assert "2 " in reasons["Muette"]


def test_undated_page_is_to_be_reviewed_after_a_year(dashboard):
    Page.objects.update(last_published_at=ago(days=10))
    old = {"last_published_at": ago(days=400)}
    NewsPageFactory(title="Une vieille actualité", **old)
    StandardPage.objects.filter(slug="aide").update(**old)
    StandardPage.objects.filter(slug="contact").update(last_published_at=ago(days=364))
    assert titles(dashboard("Animation")["pages-a-relire"]) == ["Aide"]


def test_groups_review_only_pages_that_they_can_edit(dashboard):
    check(NewsPageFactory(title="Une actualité"), lix=60)
    check(session("Une séance", 3), lix=60)
    assert titles(dashboard("Rédaction")["pages-a-relire"]) == ["Une actualité"]
    assert titles(dashboard("Secrétariat")["pages-a-relire"]) == ["Une séance"]


def test_articles_can_be_created_from_the_dashboard(client, dashboard):
    panel = dashboard("Rédaction")["ecrire"]
    assert titles(panel) == ["Actualités", "Veille inspirante"]
    begins = panel.select(".work-panel__actions a")
    assert len(begins) == 2
    for begin in begins:
        assert client.get(begin["href"]).status_code == 200


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (ago(minutes=9), []),
        (ago(minutes=11), ["Les e‑mails sont en retard"]),
        (None, ["Aucun e‑mail ne part"]),
        (ago(minutes=-60), ["Des e‑mails sont peut-être en retard"]),
    ],
    ids=["regular", "late", "never", "future"],
)
def test_late_missing_or_future_clock_tick_is_shown(dashboard, last, said):
    if last:
        beat(name="tick", now=last)
    panel = dashboard("Animation")["envois"]
    assert titles(panel) == said
    # A clock that never rang belongs to the installation.
    assert late_titles(panel) == (said if last else [])
