"""Many subscribers, links and forged tokens: constant cost, no side effects."""

import datetime as dt
import email
import email.policy
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digests.models import Newsletter
from digests.models.tokens import confirmed_by, subscriber_of, unsubscribe_token
from digests.services.planning import plan_due
from mailing import transports
from mailing.drain import drain
from mailing.models import Message
from participation.models import Comment
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.digests.test_newsletters import write
from tests.digests.test_pages import all_rows
from tests.factories import DiscussionFactory, FollowFactory, NewsPageFactory, ProposalFactory, UserFactory
from tests.mailing.fakes import FakeTransport

NOW = SLOT + dt.timedelta(hours=2)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def no_server(monkeypatch):
    """Makes any connection to the mail server an error."""

    def refused(self):
        pytest.fail("a request connected to the mail server")

    monkeypatch.setattr(transports.SMTPTransport, "open", refused)
    monkeypatch.setattr(transports.MailboxTransport, "open", refused)


def queries_of(client, path, data=None):
    page = client.get(path).context
    data = {"shown": page["confirmation"].field} if page and "confirmation" in page else data
    with CaptureQueriesContext(connection) as queries:
        assert client.post(path, data).status_code == 302
    return len(queries)


def send_url(newsletter):
    return f"/admin/messages-aux-lecteurs/envoyer/{newsletter.pk}/"


def test_sending_a_newsletter_costs_the_same_for_one_subscriber_and_for_ten(client, editor_of, no_server):
    client.force_login(editor_of("Animation"))
    SubscriberFactory()
    queries_of(client, send_url(write()))
    few = queries_of(client, send_url(write()))
    SubscriberFactory.create_batch(9)
    assert queries_of(client, send_url(write())) == few
    assert few <= 25
    assert Newsletter.objects.filter(status=Newsletter.Status.SCHEDULED).count() == 3
    assert not Message.objects.exists()


def test_commenting_costs_the_same_for_any_number_of_followers(client, no_server):
    counts = []
    for followers in (1, 1, 6):
        discussion = DiscussionFactory()
        for user in UserFactory.create_batch(followers):
            FollowFactory(user=user, discussion=discussion)
        client.force_login(UserFactory())
        path = f"/propositions/{discussion.proposal.pk}/commenter/"
        counts.append(queries_of(client, path, {"body": "Une bonne idée pour le quartier."}))
    assert Comment.objects.count() == 3
    assert counts[1] == counts[2]


# --- Links -------------------------------------------------------------------------------------------------------


def links_of(raw):
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    links = re.findall(r"http://testserver(/[^\s\"<>]*)", mail.get_body(("html",)).get_content())
    return {link.partition("#")[0] for link in [*links, *re.findall(r"<http://testserver([^>]*)>", str(mail))]}


def test_opening_every_link_of_ten_mails_changes_nothing(client):
    NewsPageFactory(first_published_at=SLOT - DAY)
    ProposalFactory(created_at=SLOT - DAY)
    SubscriberFactory.create_batch(10)
    plan_due(now=SLOT)
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: SLOT, transport=transport)
    links = sorted(set().union(*(links_of(raw) for _to, raw in transport.taken)))
    assert len(links) >= 10
    before = all_rows()
    for method in (client.get, client.head, client.get):
        for link in links:
            assert method(link).status_code == 200, link
    assert all_rows() == before


def test_forged_tokens_are_rejected():
    good = unsubscribe_token(SubscriberFactory())
    turned = (f"{good[:at]}{letter}{good[at + 1 :]}" for at in range(len(good)) for letter in "ABbZz09_-")
    moved = (good[at:] + good[:at] for at in range(1, len(good)))
    forged = {*turned, *moved, *(good[:at] for at in range(len(good)))} - {good}
    assert len(forged) >= 200
    assert [token for token in forged if subscriber_of(token) or confirmed_by(token)] == []
