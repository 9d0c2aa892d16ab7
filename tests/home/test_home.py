"""Home page: composes public content of the other apps with a fixed number of queries."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import NewsPage, Spotlight
from cms.services import publish_due
from committee.models import AgendaItem, SessionPage, TopicPage
from home.queries.overview import overview
from participation.models import Proposal
from polls.models import Poll
from tests.factories import (
    CallPageFactory,
    MandateFactory,
    NewsPageFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    SessionPageFactory,
    TopicPageFactory,
    VeilleEntryPageFactory,
)
from tests.fieldwork.survey_factories import make_survey
from tests.fieldwork.trial_factories import CampaignFactory
from tests.polls.factories import make_survey_poll

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
DAY = dt.timedelta(days=1)
# Our own queries; the others are Wagtail's: site, page, view restrictions on it and its ancestors.
MAX_QUERIES = 14


def make_poll(slug: str, *, opens_at: dt.datetime, closes_at: dt.datetime) -> Poll:
    return Poll.objects.create(
        title=f"Sondage {slug}", slug=slug, is_draft=False, opens_at=opens_at, closes_at=closes_at
    )


def home(client) -> str:
    return client.get("/").content.decode()


def fill(*, each: int) -> None:
    """Creates `each` objects of every kind shown on the home page."""
    for _ in range(each):
        session = SessionPageFactory(starts_at=NOW + (SessionPage.objects.count() + 1) * DAY)
        for order in range(each):
            AgendaItem.objects.create(session=session, title=f"Point {order}", sort_order=order)
        ProposalFactory()
        OfficialAnswerFactory(reasons="Oui.")
        TopicPageFactory(number=100 + TopicPage.objects.count())
        NewsPageFactory()
        VeilleEntryPageFactory()
        make_poll(f"sondage-{Poll.objects.count()}", opens_at=NOW - DAY, closes_at=NOW + DAY)
        CallPageFactory(discussion_from=None, closes_at=NOW + 40 * DAY)
        CampaignFactory()
        name = f"enquete-{Poll.objects.count()}"
        make_survey(name, poll=make_survey_poll(name, opens_at=NOW - DAY, closes_at=NOW + DAY))
        MandateFactory(member__is_named=True)


def test_empty_site_shows_links_to_proposals_and_subscription(client):
    page = home(client)
    assert "Améliorons ensemble le numérique" in page
    assert 'href="/propositions/deposer/"' in page
    assert 'href="/lettre/inscription/"' in page


def test_number_of_queries_does_not_grow(client, django_assert_max_num_queries):
    fill(each=1)
    client.get("/")  # Fills the cache of content types.
    with django_assert_max_num_queries(MAX_QUERIES) as few:
        client.get("/")
    fill(each=4)
    client.get("/")
    with django_assert_max_num_queries(MAX_QUERIES) as many:
        client.get("/")
    assert len(many) == len(few)


def test_unpublished_content_is_hidden(client):
    ProposalFactory(title="Pas encore lue", state=Proposal.State.RECEIVED)
    NewsPageFactory(title="Brouillon", live=False)
    SessionPageFactory(title="Séance en préparation", live=False)
    VeilleEntryPageFactory(title="Exemple en préparation", live=False)
    page = home(client)
    for hidden in ("Pas encore lue", "Brouillon", "Séance en préparation", "Exemple en préparation"):
        assert hidden not in page


def test_next_session_shows_three_agenda_items_and_a_calendar_link(client):
    session = SessionPageFactory(title="Les démarches en ligne", starts_at=NOW + DAY)
    SessionPageFactory(title="Plus tard", starts_at=NOW + 30 * DAY)
    for order in range(4):
        AgendaItem.objects.create(session=session, title=f"Point {order}", sort_order=order)
    page = home(client)
    assert "Les démarches en ligne" in page
    assert "Plus tard" not in page
    assert "Point 2" in page
    assert "Point 3" not in page
    assert f'href="{session.url}seance.ics"' in page


def open_section(client) -> str:
    """Returns the HTML of the section of open calls, polls and surveys of the home page."""
    page = home(client)
    return page.split('aria-labelledby="ouvert"')[1].split("</section>")[0] if "ouvert" in page else ""


def test_open_items_are_sorted_by_closing_date(client):
    call = CallPageFactory(title="Vos démarches", discussion_from=None, closes_at=NOW + 40 * DAY)
    campaign = CampaignFactory(title="Essai du compte", ends_on=(NOW + DAY).date())
    survey = make_survey("bornes", poll=make_survey_poll("bornes", opens_at=NOW - DAY, closes_at=NOW + 9 * DAY))
    make_poll("fini", opens_at=NOW - 9 * DAY, closes_at=NOW - DAY)
    make_poll("futur", opens_at=NOW + DAY, closes_at=NOW + 2 * DAY)
    poll = make_poll("en-cours", opens_at=NOW - DAY, closes_at=NOW + dt.timedelta(hours=4))
    found = open_section(client)
    urls = [poll.get_absolute_url(), campaign.url, survey.url, call.url]
    assert re.findall(r'<a href="([^"]+)"', found) == urls
    assert "Sondage, jusqu’au 24 novembre (dernier jour)" in found.replace("\xa0", " ")
    assert "Essai, jusqu’au 25 novembre (encore 1 jour)" in found.replace("\xa0", " ")


def test_answered_poll_is_marked(client, user):
    poll = make_poll("en-cours", opens_at=NOW - DAY, closes_at=NOW + DAY)
    client.force_login(user)
    assert "Répondu" not in open_section(client)
    poll.participations.create(user=user)
    assert "Répondu" in open_section(client)


@pytest.mark.parametrize("audience", Poll.INTERNAL)
def test_internal_polls_are_not_on_the_home_page(client, audience):
    poll = make_poll("interne", opens_at=NOW - DAY, closes_at=NOW + DAY)
    Poll.objects.update(audience=audience)
    assert poll.get_absolute_url() not in home(client)


def test_portraits_show_only_members_who_agreed_to_be_named(client):
    MandateFactory(member__name="Odile M.", member__is_named=True, member__portrait="bob-grey")
    MandateFactory(member__name="Karim B.", member__is_named=False, member__portrait="cap")
    faces = home(client).split('class="faces"')[1].split("</ul>")[0]
    assert "Odile" in faces
    assert "#bob-grey" in faces
    assert "Karim" not in faces
    assert "#cap" not in faces


def test_two_latest_answers_and_unanswered_proposals_are_shown():
    answers = [
        OfficialAnswerFactory(decision=state, published_at=NOW - age * DAY)
        for age, state in enumerate((Proposal.State.DONE, Proposal.State.NOT_RETAINED, Proposal.State.ACCEPTED), 1)
    ]
    waiting = [ProposalFactory(created_at=NOW - age * DAY) for age in range(1, 5)]
    result = overview(now=timezone.now())
    assert result.answers == answers[:2]
    assert result.proposals == waiting[:2]
    assert result.proposal_count == 7


def test_cards_have_the_pictogram_of_their_published_topic():
    topic = TopicPageFactory(number=101, pictogram="mobility")
    VeilleEntryPageFactory(topic=topic)
    NewsPageFactory(related_page=topic)
    for one in (VeilleEntryPageFactory(topic=topic), CallPageFactory(topic=topic)):
        Spotlight.objects.update(first=one)
        assert {card.pictogram for card in overview(now=NOW).featured[:2]} == {"mobility"}
        topic.live = False
        topic.save()
        assert {card.pictogram for card in overview(now=NOW).featured[:2]} == {""}
        topic.live = True
        topic.save()


def test_news_about_a_call_have_the_pictogram_of_its_topic():
    call = CallPageFactory(topic=TopicPageFactory(number=101, pictogram="mobility"))
    for about in (call, SessionPageFactory()):
        NewsPageFactory(related_page=about)
    assert [card.pictogram for card in overview(now=NOW).featured] == ["", "mobility"]


def test_proposals_have_the_label_of_a_published_topic_in_as_many_queries():
    topics = [TopicPageFactory(number=101 + place, title=title) for place, title in enumerate(("Mobilités", "Accueil"))]
    for topic in topics:
        ProposalFactory(topic=topic)

    def count_queries(*labels):
        with CaptureQueriesContext(connection) as queries:
            assert {one.subject_label for one in overview(now=NOW).proposals} == set(labels)
        return len(queries)

    count_queries("Mobilités", "Accueil")
    published = count_queries("Mobilités", "Accueil")
    TopicPage.objects.update(live=False)
    assert count_queries("") == published


def test_published_topics_have_tiles_with_pictogram_and_progress(client):
    TopicPageFactory(number=101, title="Les bornes", pictogram="mobility", progress=TopicPage.Progress.DONE)
    TopicPageFactory(number=102, title="Un brouillon", live=False)
    tiles = home(client).split('class="tiles"')[1].split("</ul>")[0]
    assert "Un brouillon" not in tiles
    tile = next(part for part in tiles.split("<li ") if "Les bornes" in part)
    assert 'class="tile family--services"' in tile
    assert "pictograms.svg#mobility" in tile
    assert "Terminé" in tile


def test_home_page_is_cacheable_and_sets_no_cookie(client):
    response = client.get("/")
    assert not response.cookies
    assert "public" in response.headers["Cache-Control"]
    assert 'method="post"' not in response.content.decode()


def set_spotlight(*pages) -> list[str]:
    """Puts `pages` in the spotlight of the home page; returns the titles then shown."""
    spotlight = Spotlight.load()
    chosen = [*pages, None, None, None][:3]
    spotlight.first, spotlight.second, spotlight.third = chosen
    spotlight.save()
    return [entry.page.title for entry in overview(now=NOW).featured]


def test_spotlight_shows_chosen_pages_then_latest_news():
    for age in range(4):
        NewsPageFactory(title=f"Actualité {age}", first_published_at=NOW - age * DAY)
    session = SessionPageFactory(title="Séance de rentrée", starts_at=NOW + DAY)
    old = NewsPage.objects.get(title="Actualité 3")

    assert set_spotlight() == ["Actualité 0", "Actualité 1", "Actualité 2"]
    assert set_spotlight(session, old) == ["Séance de rentrée", "Actualité 3", "Actualité 0"]


def test_unpublished_pages_leave_the_spotlight():
    for age in range(3):
        NewsPageFactory(title=f"Actualité {age}", first_published_at=NOW - age * DAY)
    entry, call = VeilleEntryPageFactory(title="Gand"), CallPageFactory(title="Vos idées")
    assert set_spotlight(entry, call) == ["Gand", "Vos idées", "Actualité 0"]

    entry.expire_at = NOW
    entry.save()
    publish_due(now=NOW)
    call.delete()
    assert [entry.page.title for entry in overview(now=NOW).featured] == ["Actualité 0", "Actualité 1", "Actualité 2"]


def test_spotlight_cards_show_details_in_limited_queries(client, django_assert_max_num_queries):
    session = SessionPageFactory(title="Séance de rentrée", introduction="Venez.", starts_at=NOW + DAY)
    set_spotlight(session, VeilleEntryPageFactory(), CallPageFactory())
    client.get("/")
    with django_assert_max_num_queries(MAX_QUERIES):
        section = home(client).split('aria-labelledby="a-la-une"')[1].split("</section>")[0]
    assert "Venez." in section
    assert "Séance <time" in section
    assert f'href="{session.url}"' in section
