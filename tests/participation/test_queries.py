"""Query counts do not depend on the amount of content (requirement: at most 20 queries; target: 12)."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from participation.models import Comment, Support
from tests.factories import (
    CallPageFactory,
    CommentFactory,
    DiscussionFactory,
    FollowFactory,
    ProposalFactory,
    TopicPageFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

BUDGET = 12
# For posting a comment, including its mails, which are added to the outbox at publication.
MOST_STATEMENTS = 25


def write_comments(discussion, count):
    """Creates threads of five comments by ten users."""
    people = [UserFactory() for _number in range(10)]
    start = timezone.now() - dt.timedelta(days=30)

    def rows(numbers, **relation):
        return [
            Comment(
                discussion=discussion,
                body=f"Commentaire {number}",
                author=people[number % 10],
                state="publie",
                created_at=start + dt.timedelta(seconds=number),
                published_at=start,
                idempotency_key=uuid.uuid4(),
                **relation,
            )
            for number in numbers
        ]

    roots = Comment.objects.bulk_create(rows(range(0, count, 5)))
    for step in range(1, 5):
        replies = rows(range(step, count, 5), depth=1)
        for reply, root in zip(replies, roots, strict=False):
            reply.parent = reply.thread = root
        Comment.objects.bulk_create(replies)


def cost(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries), "\n".join(query["sql"][:200] for query in queries)


@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "signed in"])
@pytest.mark.parametrize("subject", ["proposal", "call"])
def test_number_of_queries_of_a_discussion_does_not_depend_on_comments(client, user, subject, signed_in):
    call = CallPageFactory(topic=TopicPageFactory())
    costs = {}
    for count in (10, 700):
        if subject == "proposal":
            proposal = ProposalFactory(call=call, topic=call.topic)
            discussion, url = DiscussionFactory(proposal=proposal), proposal.get_absolute_url()
            Support.objects.create(proposal=proposal, user=user)
        else:
            page = CallPageFactory()
            ProposalFactory(call=page)
            discussion, url = DiscussionFactory(proposal=None, page=page), page.url
        write_comments(discussion, count)
        if signed_in:
            client.force_login(user)
        costs[count], said = cost(client, url)
        assert costs[count] <= BUDGET, said
    assert costs[10] == costs[700]


@pytest.mark.parametrize("people", [0, 40])
@pytest.mark.parametrize("is_reply", [False, True], ids=["comment", "reply"])
def test_posting_a_comment_needs_at_most_25_statements(client, user, is_reply, people):
    discussion = DiscussionFactory(proposal=ProposalFactory())
    FollowFactory.create_batch(people, discussion=discussion)
    parent = CommentFactory(discussion=discussion)
    client.force_login(user)
    address = parent.reply_url if is_reply else reverse("participation:comment", args=[discussion.proposal_id])
    form = client.get(address).context["form"]
    # Long enough to be compared with the earlier texts of the author.
    sent = {name: form[name].value() for name in ("key", "shown_at")} | {"body": "Un avis sur les horaires. " * 5}
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(address, sent)
    assert answer.status_code == 302, answer.content.decode()
    assert Comment.objects.filter(author=user, state="recu").count() == 1
    assert len(queries) <= MOST_STATEMENTS, "\n".join(query["sql"][:150] for query in queries)
