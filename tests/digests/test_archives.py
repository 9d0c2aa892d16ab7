"""Archive pages of past digests."""

import pytest

from digests.models import Edition
from digests.services.planning import plan_due
from mailing import batches
from mailing.models import Message
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.digests.mails import news, read_digests
from tests.factories import (
    CommentFactory,
    DiscussionFactory,
    ProposalFactory,
)

pytestmark = pytest.mark.django_db


def test_archive_page_shows_public_entries_of_a_past_digest(client, odile):
    SubscriberFactory(user=odile)
    visible, hidden = news(title="Toujours là"), news(title="Cachée depuis")
    place = DiscussionFactory(proposal=ProposalFactory(author=odile, created_at=SLOT - 40 * DAY))
    CommentFactory(discussion=place, body="Pour Odile seule", created_at=SLOT - DAY)
    (digest,) = read_digests().values()
    assert "http://testserver/lettre/archives/2026-11-23/" in digest
    news(title="Plus tard", first_published_at=SLOT + DAY)
    hidden.view_restrictions.create(restriction_type="login")
    response = client.get("/lettre/archives/2026-11-23/")
    page = response.content.decode()
    assert visible.title in page
    for hidden_text in ("Cachée depuis", "Pour Odile seule", "Plus tard", "Odile M."):
        assert hidden_text not in page
    assert not response.cookies
    assert "/lettre/archives/2026-11-23/" in client.get("/lettre/archives/").content.decode()


def test_archive_page_returns_404_for_days_without_a_digest(client):
    SubscriberFactory()
    plan_due(now=SLOT)
    assert client.get("/lettre/archives/2026-11-23/").status_code == 404
    assert client.get("/lettre/archives/2026-13-40/").status_code == 404
    assert "Aucune lettre" in client.get("/lettre/archives/").content.decode()


def test_edition_cancelled_before_any_mail_left_is_not_shown(client):
    SubscriberFactory.create_batch(2)
    news(title="Une date fausse")
    plan_due(now=SLOT)
    edition = Edition.objects.get()
    url = "/lettre/archives/2026-11-23/"
    assert url in client.get("/lettre/archives/").content.decode()
    batches.cancel_batch(batch=edition.batch)
    assert client.get(url).status_code == 404
    assert "Aucune lettre" in client.get("/lettre/archives/").content.decode()
    # A mail that left links to the page.
    for state in (Message.State.SENT, Message.State.BOUNCED):
        Message.objects.filter(pk=Message.objects.earliest("pk").pk).update(state=state)
        assert "Une date fausse" in client.get(url).content.decode()
        assert url in client.get("/lettre/archives/").content.decode()
