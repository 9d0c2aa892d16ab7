"""Database cost of anonymous visits: few queries, and the same number whatever the amount of content."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import NewsIndexPage, NewsPage
from committee.models import (
    AgendaItem,
    Mandate,
    Member,
    ProgrammePage,
    SessionIndexPage,
    SessionPage,
    TopicPage,
    TopicStep,
)
from demo.load.pages import bulk_pages
from participation.models import Proposal, ProposalInNews
from polls.models import Poll
from tests.cms.factories import rich_text
from tests.factories import ThemeFactory, UserFactory
from veille.models import VeilleEntryPage, VeilleIndexPage

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
DAY = dt.timedelta(days=1)
MAX_QUERIES = 15
# Footer and alert, cached in the process for a minute, and the presentation of a report.
MAX_FIRST_QUERIES = MAX_QUERIES + 7
# `MANY` is more than a page of a list, so that there are several pages.
FEW, MANY = 10, 30


def make_topics() -> list[TopicPage]:
    """Creates ten topics of five steps."""
    topics = bulk_pages(
        TopicPage,
        ProgrammePage.objects.get(),
        range(10),
        lambda number: {
            "number": 100 + number,
            "question": "Comment ?",
            "progress": list(TopicPage.Progress)[number % 3],
        },
    )
    TopicStep.objects.bulk_create(
        TopicStep(topic=topic, title=f"Étape {order}", sort_order=order, is_done=order < 2)
        for topic in topics
        for order in range(5)
    )
    return topics


def fill(numbers: range, topics: list[TopicPage]) -> None:
    """Creates news, sessions (at most one a week over ten years), watch entries, proposals, polls, members."""
    bulk_pages(
        NewsPage,
        NewsIndexPage.objects.get(),
        numbers,
        lambda number: {
            "introduction": "Deux phrases.",
            "body": [rich_text("<p>Texte.</p>")],
            "related_page_id": topics[number % 10].pk,
        },
    )
    sessions = bulk_pages(SessionPage, SessionIndexPage.objects.get(), numbers, session_fields)
    AgendaItem.objects.bulk_create(
        AgendaItem(session=session, title=f"Point {order}", sort_order=order, topic=topics[order])
        for session in sessions
        for order in range(3)
    )
    theme = ThemeFactory()
    bulk_pages(
        VeilleEntryPage,
        VeilleIndexPage.objects.get(),
        numbers,
        lambda number: {
            "theme": theme,
            "place": f"Ville {number % 20}",
            "year": 2000 + number % 20,
            "source_url": "https://exemple.example/",
            "lesson": "Une idée.",
        },
    )
    author = UserFactory()
    proposals = Proposal.objects.bulk_create(
        Proposal(
            title=f"Proposition {number}",
            body="Une idée.",
            author=author,
            topic=topics[number % 10],
            state=[Proposal.State.PUBLISHED, Proposal.State.ACCEPTED][number % 2],
            created_at=NOW - DAY,
            published_at=NOW - DAY,
            state_changed_at=NOW,
        )
        for number in numbers
    )
    news = NewsPage.objects.published().first()
    ProposalInNews.objects.bulk_create(ProposalInNews(news=news, proposal=proposal) for proposal in proposals[:3])
    Poll.objects.bulk_create(
        Poll(
            title=f"Sondage {number}",
            slug=f"sondage-{number}",
            is_draft=False,
            opens_at=NOW - 9 * DAY,
            closes_at=NOW - DAY,
        )
        for number in numbers
    )
    members = Member.objects.bulk_create(Member(name=f"Membre {number}", is_named=True) for number in numbers)
    Mandate.objects.bulk_create(Mandate(member=member, starts_on=NOW.date()) for member in members)


def session_fields(number: int) -> dict[str, Any]:
    """Returns the fields of one session a day: even numbers are in the future, odd ones in the past."""
    starts_at = NOW + (number + 1) * (-1) ** number * DAY
    return {
        "slug": str(starts_at.date()),
        "starts_at": starts_at,
        "ends_at": starts_at + dt.timedelta(hours=2),
        "place": "Salle 32",
    }


ADDRESSES = {
    "home": lambda: "/",
    "news list": lambda: "/actualites/?annee=2026",
    "news item": lambda: NewsPage.objects.published().first().url,
    "watch list": lambda: "/veille/?annee=2001",
    "watch entry": lambda: VeilleEntryPage.objects.first().url,
    "proposals": lambda: "/propositions/",
    "committee": lambda: "/le-comite/",
    "members": lambda: "/le-comite/membres/",
    "sessions": lambda: "/le-comite/seances/",
    "session": lambda: SessionPage.objects.published().past(timezone.now()).first().url,
    "programme": lambda: "/le-comite/programme/",
    "partner body": lambda: "/le-comite/comite-partenarial/",
    "polls": lambda: "/sondages/",
}


def clear_caches() -> None:
    """Clears the caches, as at the start of a process."""
    caches["default"].clear()
    ContentType.objects.clear_cache()


def cost(client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


def costs(client) -> dict[str, int]:
    """Returns the number of queries of each address once the caches of the process are filled."""
    found = {}
    for name, find in ADDRESSES.items():
        address = find()
        client.get(address)
        found[name] = len(cost(client, address))
    return found


def test_queries_of_pages_are_the_same_with_10_or_30_objects(client):
    topics = make_topics()
    fill(range(FEW), topics)
    few = costs(client)
    fill(range(FEW, MANY), topics)
    many = costs(client)
    assert many == few
    assert {name: number for name, number in many.items() if number > MAX_QUERIES} == {}


def test_the_first_home_page_of_a_process_is_within_the_budget(client):
    fill(range(FEW), make_topics())
    clear_caches()
    # Django tests JSON support of SQLite once per process; do it before counting.
    assert connection.features.supports_json_field
    queries = cost(client, "/")
    assert len(queries) <= MAX_FIRST_QUERIES, "\n".join(queries)


def test_open_poll_adds_no_query_to_the_home_page(client):
    fill(range(FEW), make_topics())
    client.get("/")
    closed = len(cost(client, "/"))
    Poll.objects.create(title="Ouvert", slug="ouvert", is_draft=False, opens_at=NOW - DAY, closes_at=NOW + DAY)
    assert len(cost(client, "/")) == closed
