"""Planning and sending the digest: recipients, content, and sending once."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digests.models import Delivery, Edition, Frequency, Subscriber
from digests.queries.deliveries import LAG
from digests.services.planning import plan_due
from digests.services.subscriptions import stop
from mailing.drain import drain
from mailing.models import Message
from mailing.queue import claim
from participation.models import Comment, Proposal
from tests.digests.factories import DAY, MINUTE, NEXT_SLOT, SLOT, SubscriberFactory
from tests.digests.mails import news, read_digests
from tests.factories import (
    CallPageFactory,
    CommentFactory,
    DiscussionFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    SessionPageFactory,
    UserFactory,
    VeilleEntryPageFactory,
)
from tests.mailing.fakes import FakeTransport
from tests.tables import undone

State = Message.State
pytestmark = pytest.mark.django_db


def rows():
    return list(Delivery.objects.order_by("pk").values()), list(Message.objects.order_by("pk").values())


def test_planning_twice_creates_the_same_rows_and_sends_one_digest():
    SubscriberFactory.create_batch(3)
    news()
    plan_due(now=SLOT)
    before = rows()
    assert len(before[0]) == len(before[1]) == 3
    plan_due(now=SLOT + MINUTE)
    plan_due(now=SLOT - 30 * MINUTE)  # The clock is set back.
    assert rows() == before
    assert len(read_digests(SLOT + MINUTE)) == 3
    assert read_digests(SLOT + 2 * MINUTE) == {}


def test_counts_of_an_edition_add_up():
    SubscriberFactory.create_batch(2)
    author = UserFactory()
    SubscriberFactory(user=author)
    ProposalFactory(author=author, created_at=SLOT - DAY)
    news_reader = SubscriberFactory(started_at=SLOT - MINUTE)
    plan_due(now=SLOT)
    edition = Edition.objects.get(kind=Frequency.WEEKLY)
    assert (edition.status, edition.candidates, edition.planned, edition.skipped) == ("planned", 4, 3, 1)
    assert Delivery.objects.get(subscriber=news_reader).message is None


def test_empty_digest_is_not_sent_and_advances_the_cursor():
    reader = SubscriberFactory()
    assert read_digests() == {}
    delivery = Delivery.objects.get(subscriber=reader, edition__kind=Frequency.WEEKLY)
    assert (delivery.message, delivery.to_cursor) == (None, SLOT - LAG)
    news(first_published_at=SLOT + DAY)
    assert list(read_digests(NEXT_SLOT)) == [reader.email]
    assert Delivery.objects.get(edition__period_key=dt.date(2026, 11, 30)).from_cursor == SLOT - LAG


@pytest.mark.parametrize(
    "reader",
    [
        {"status": Subscriber.Status.STOPPED},
        {"status": Subscriber.Status.UNCONFIRMED, "verified_at": None, "started_at": None},
        {"frequency": Frequency.MONTHLY},
        {"started_at": SLOT + MINUTE},
    ],
)
def test_only_subscribers_of_the_edition_get_it(reader):
    SubscriberFactory(**reader)
    news()
    assert read_digests(SLOT + 5 * MINUTE) == {}


def test_entries_after_the_cutoff_are_in_the_next_digest_only():
    SubscriberFactory()
    news(title="Avant", first_published_at=SLOT - LAG)
    news(title="Après", first_published_at=SLOT - LAG + MINUTE)
    (first,) = read_digests().values()
    assert "Avant" in first
    assert "Après" not in first
    (second,) = read_digests(NEXT_SLOT).values()
    assert "Avant" not in second
    assert "Après" in second


def test_one_digest_is_sent_after_three_weeks_without_worker():
    reader = SubscriberFactory()
    news(title="Semaine 1", first_published_at=SLOT + DAY)
    news(title="Semaine 2", first_published_at=SLOT + 8 * DAY)
    digests = read_digests(SLOT + 14 * DAY)
    assert list(digests) == [reader.email]
    assert "Semaine 1" in digests[reader.email]
    assert "Semaine 2" in digests[reader.email]


def test_late_edition_is_dropped_and_its_entries_are_in_the_next_one():
    SubscriberFactory()
    news(title="Ancienne")
    assert read_digests(SLOT + 5 * DAY) == {}
    assert Edition.objects.get(kind=Frequency.WEEKLY).status_reason == "late"
    (digest,) = read_digests(NEXT_SLOT).values()
    assert "Ancienne" in digest


def test_unsent_digest_is_superseded_and_its_entries_are_in_the_next_one():
    SubscriberFactory()
    news(title="Première")
    plan_due(now=SLOT)
    old = Message.objects.get()
    news(title="Deuxième", first_published_at=SLOT + DAY)
    (digest,) = read_digests(NEXT_SLOT).values()
    old.refresh_from_db()
    assert (old.state, old.last_error) == (State.EXPIRED, "superseded")
    assert "Première" in digest
    assert "Deuxième" in digest


def test_subscriber_with_a_digest_being_sent_is_planned_at_the_next_tick():
    SubscriberFactory()
    news()
    plan_due(now=SLOT)
    (message,) = claim(now=SLOT)
    news(first_published_at=SLOT + DAY)
    plan_due(now=NEXT_SLOT)
    edition = Edition.objects.get(kind=Frequency.WEEKLY, period_key=dt.date(2026, 11, 30))
    assert (edition.status, edition.deliveries.count()) == ("planning", 0)
    Message.objects.filter(pk=message.pk).move(source=State.CLAIMED, to=State.PENDING)
    plan_due(now=NEXT_SLOT + MINUTE)
    edition.refresh_from_db()
    assert (edition.status, edition.deliveries.count()) == ("planned", 1)


def test_planning_is_resumed_after_a_crash_between_two_pages(monkeypatch):
    SubscriberFactory.create_batch(5)
    news()
    monkeypatch.setattr("digests.services.planning.PAGE", 2)
    from digests.services import planning

    real, calls = planning._plan_page, []

    def crash_at_the_second(**kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError
        real(**kwargs)

    monkeypatch.setattr(planning, "_plan_page", crash_at_the_second)
    with pytest.raises(RuntimeError):
        plan_due(now=SLOT)
    assert Edition.objects.get(kind=Frequency.WEEKLY).status == "planning"
    plan_due(now=SLOT + MINUTE)
    edition = Edition.objects.get(kind=Frequency.WEEKLY)
    assert (edition.status, edition.candidates, edition.planned) == ("planned", 5, 5)


def test_planning_stops_at_its_time_limit_and_continues_at_the_next_call(monkeypatch):
    """A page of subscribers is planned whole; the next call continues without planning twice. No error is raised."""
    SubscriberFactory.create_batch(5)
    news()
    monkeypatch.setattr("digests.services.planning.PAGE", 2)
    minutes = iter(range(100))

    def each_page_takes_a_minute():
        return SLOT + next(minutes) * MINUTE

    summaries = [str(plan_due(now=SLOT, max_seconds=90, clock=each_page_takes_a_minute)) for _ in range(3)]
    assert summaries[0] == "2 digests planned, the rest at the next tick"
    edition = Edition.objects.get(kind=Frequency.WEEKLY)
    assert (edition.status, edition.deliveries.count()) == ("planning", 5)
    assert plan_due(now=SLOT).more is False
    edition.refresh_from_db()
    assert (edition.status, edition.candidates, Message.objects.count()) == ("planned", 5, 5)


def test_page_unpublished_after_planning_is_left_out():
    SubscriberFactory()
    hidden, visible = news(title="Cachée"), news(title="Gardée")
    plan_due(now=SLOT)
    hidden.unpublish()
    (digest,) = read_digests(SLOT + MINUTE).values()
    assert "Cachée" not in digest
    assert visible.title in digest


def test_digest_without_remaining_entries_is_skipped():
    SubscriberFactory()
    page = news()
    plan_due(now=SLOT)
    page.unpublish()
    assert read_digests(SLOT + MINUTE) == {}
    assert Message.objects.get().state == State.SKIPPED_EMPTY


@pytest.mark.parametrize("claimed", [False, True])
def test_no_digest_is_sent_after_unsubscribing(claimed):
    reader = SubscriberFactory()
    news()
    plan_due(now=SLOT)
    if claimed:
        claim(now=SLOT)
    stop(subscriber=reader, channel="mail", now=SLOT)
    assert Message.objects.get().state == State.CANCELLED
    assert read_digests(SLOT + MINUTE) == {}


def test_erased_subscriber_gets_nothing():
    reader = SubscriberFactory(user=UserFactory())
    news()
    plan_due(now=SLOT)
    reader.user.delete()
    assert read_digests(SLOT + MINUTE) == {}
    assert Message.objects.get().state == State.CANCELLED


# --- Content and recipients --------------------------------------------------------------------------------------


def test_only_public_content_is_listed():
    SubscriberFactory()
    news(title="Brouillon", live=False)
    ProposalFactory(title="Reçue", state=Proposal.State.RECEIVED, created_at=SLOT - DAY)
    ProposalFactory(title="Refusée", state=Proposal.State.REFUSED, published_at=SLOT - DAY)
    private = news(title="Privée")
    private.view_restrictions.create(restriction_type="login")
    assert read_digests() == {}


def test_imported_content_is_left_out():
    SubscriberFactory()
    ProposalFactory(source_url="https://ailleurs.example/1", created_at=SLOT - DAY)
    CallPageFactory(source_url="https://ailleurs.example/2", first_published_at=SLOT - DAY)
    assert read_digests() == {}


def test_sections_are_in_the_documented_order():
    odile = UserFactory(public_name="Odile M.")
    reader = SubscriberFactory(user=odile)
    at = {"first_published_at": SLOT - DAY}
    SessionPageFactory(starts_at=SLOT + 20 * DAY, ends_at=SLOT + 20 * DAY + 120 * MINUTE, **at)
    mine = ProposalFactory(
        title="La mienne", author=odile, state=Proposal.State.STUDIED, created_at=SLOT - 30 * DAY,
        state_changed_at=SLOT - DAY,
    )  # fmt: skip
    talked = ProposalFactory(title="Discutée", author=odile, created_at=SLOT - 30 * DAY)
    CommentFactory(discussion=DiscussionFactory(proposal=talked), body="Bravo !", created_at=SLOT - DAY)
    answered = ProposalFactory(title="Répondue", created_at=SLOT - 30 * DAY)
    OfficialAnswerFactory(
        proposal=answered, decision=Proposal.State.NOT_RETAINED, reasons="Trop cher.", published_at=SLOT - DAY
    )
    ProposalFactory(title="Nouvelle", created_at=SLOT - DAY)
    CallPageFactory(title="Un appel", **at)
    news(title="Une actualité")
    VeilleEntryPageFactory(title="Un exemple", **at)
    digest = read_digests()[reader.email]
    expected = [
        "Bonjour Odile,",
        "16\xa0novembre",
        "PROCHAINE SÉANCE",
        "VOS PROPOSITIONS",
        "Discutée",
        "Bravo !",
        mine.title,
        "RÉPONSES OFFICIELLES",
        "Répondue",
        "Trop cher.",
        "NOUVELLES PROPOSITIONS",
        "Nouvelle",
        "APPELS À PROPOSITIONS",
        "Un appel",
        "ACTUALITÉS",
        "Une actualité",
        "\nVEILLE",
        "Un exemple",
    ]
    places = [digest.find(phrase) for phrase in expected]
    assert -1 not in places, dict(zip(expected, places, strict=True))
    assert places == sorted(places)
    assert digest.count("La mienne") == 1


def test_own_activity_is_left_out():
    odile = UserFactory()
    SubscriberFactory(user=odile)
    mine = ProposalFactory(author=odile, created_at=SLOT - 30 * DAY)
    discussion = DiscussionFactory(proposal=mine)
    CommentFactory(discussion=discussion, author=odile, created_at=SLOT - DAY)
    assert read_digests() == {}


def test_published_comments_are_listed_for_the_author_of_the_proposal_only():
    odile, other = UserFactory(), UserFactory()
    SubscriberFactory(user=odile)
    SubscriberFactory(user=other)
    discussion = DiscussionFactory(proposal=ProposalFactory(author=odile, created_at=SLOT - 30 * DAY))
    CommentFactory(discussion=discussion, created_at=SLOT - 2 * DAY, body="Premier.")
    CommentFactory(discussion=discussion, created_at=SLOT - DAY, body="Second.")
    CommentFactory(discussion=discussion, state=Comment.State.RECEIVED, published_at=None, created_at=SLOT - DAY)
    digests = read_digests()
    assert list(digests) == [odile.email]
    assert "2 nouveaux commentaires" in digests[odile.email]
    assert "Second." in digests[odile.email]
    assert "Premier." not in digests[odile.email]


def test_session_is_listed_when_announced_and_in_its_week_only():
    SubscriberFactory()
    start = SLOT + 16 * DAY
    SessionPageFactory(starts_at=start, ends_at=start + 120 * MINUTE, first_published_at=SLOT - DAY)
    assert len(read_digests(SLOT)) == 1
    assert len(read_digests(SLOT + 7 * DAY)) == 0
    assert len(read_digests(SLOT + 14 * DAY)) == 1
    assert len(read_digests(SLOT + 21 * DAY)) == 0


def test_planning_costs_constant_queries_per_page():
    news()
    costs = []
    for readers in (1, 3, 6):
        with undone():
            SubscriberFactory.create_batch(readers)
            with CaptureQueriesContext(connection) as queries:
                plan_due(now=SLOT)
            assert Delivery.objects.count() == readers
            costs.append(len(queries))
    _cold, few, many = costs
    assert many == few <= 70


def test_sending_costs_at_most_three_queries_per_digest():
    for _ in range(3):
        news()
        ProposalFactory(created_at=SLOT - DAY)
    costs = []
    for readers in (3, 6):
        with undone():
            SubscriberFactory.create_batch(readers)
            plan_due(now=SLOT)
            with CaptureQueriesContext(connection) as queries:
                drain(max_seconds=60, clock=lambda: SLOT, transport=FakeTransport())
            assert Message.objects.filter(state=State.SENT).count() == Message.objects.count() == readers
            costs.append(len(queries))
    assert costs[1] - costs[0] <= 3 * 3
