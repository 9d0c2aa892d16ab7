"""Pages run the same number of queries at two sizes of the site, within the budget of docs/performance.md."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from demo import load
from participation.models import Comment, Proposal
from participation.queries.discussions import ORDERS
from tests.factories import DiscussionFactory, ProposalFactory
from tests.participation.test_queries import write_comments

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

MOST_IN_A_LIST, MOST_ANONYMOUS, MOST_SIGNED_IN = 6, 5, 7


def fill(numbers, author) -> None:
    """Creates public proposals and as many comments pending moderation, in one statement each."""
    now = timezone.now()
    proposals = Proposal.objects.bulk_create(
        Proposal(title=f"Proposition {number}", body="Une idée.", author=author, state="publiee", created_at=now)
        for number in numbers
    )
    discussion = DiscussionFactory(proposal=proposals[0])
    Comment.objects.bulk_create(
        Comment(discussion=discussion, body="Bonne idée.", author=author, state="recu", created_at=now)
        for _proposal in proposals
    )


def cost(client, url: str) -> list[str]:
    """Returns the queries of `url` once the caches of the process are filled."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries]


def test_number_of_queries_of_the_list_does_not_depend_on_proposals(client, user):
    fill(range(100), user)
    few = cost(client, "/propositions/")
    fill(range(100, 1_000), user)
    many = cost(client, "/propositions/")
    assert len(many) == len(few) <= MOST_IN_A_LIST, "\n".join(many)


@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "signed in"])
def test_number_of_queries_of_a_proposal_does_not_depend_on_comments(client, user, signed_in):
    if signed_in:
        client.force_login(user)
    costs = {}
    for count in (0, 1, 500):
        discussion = DiscussionFactory(proposal=ProposalFactory())
        if count:
            write_comments(discussion, count)
        costs[count] = len(cost(client, discussion.proposal.get_absolute_url()))
    assert costs[0] <= costs[1] == costs[500] <= (MOST_SIGNED_IN if signed_in else MOST_ANONYMOUS)


@pytest.mark.parametrize("order", ORDERS)
def test_number_of_queries_of_each_order_does_not_depend_on_threads(client, order):
    costs = []
    for count in (15, 30):
        discussion = DiscussionFactory(proposal=ProposalFactory())
        write_comments(discussion, count)
        costs.append(len(cost(client, f"{discussion.proposal.get_absolute_url()}?ordre={order}")))
    assert costs[0] == costs[1]


def test_threads_of_a_page_are_sorted_by_an_index(user):
    """Regression: sorting all comments to show twenty threads took most of the time of the page."""
    discussion = DiscussionFactory()
    roots = Comment.objects.filter(discussion=discussion, parent=None).order_by("created_at", "pk")[:20]
    index = next(one for one in Comment._meta.indexes if one.condition)
    assert index.fields == ["discussion", "created_at", "id"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert index.name in roots.explain()


def test_number_of_queries_of_the_search_does_not_depend_on_the_content(client):
    now = timezone.now() - dt.timedelta(days=1)
    url = "/recherche/?q=formulaire"
    load.load(load.SMALL, seed=1, now=now, say=lambda text: None)
    few = cost(client, url)
    for number in range(40):
        ProposalFactory(title=f"Un formulaire {number}")
    many = cost(client, url)
    assert len(many) == len(few), "\n".join(many)
