"""Mail about approved minutes: to members, and to followers of a decision's topic who do not get the digest."""

import datetime as dt

import pytest
from wagtail.models import PageViewRestriction

from committee.minutes.notifications import RoundOpened
from committee.minutes.queries import action_tasks
from committee.models import RegisterEntry, topic_label
from digests.models import Subscriber
from mailing.models import Message
from tests.committee.minutes import NOW, address, approve, member, opened
from tests.digests.factories import SubscriberFactory
from tests.factories import TopicPageFactory, UserFactory
from tests.hidden_pages import each_way_to_hide

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
KIND = "committee.minutes-approved"
ACTIVE, STOPPED = Subscriber.Status.ACTIVE, Subscriber.Status.STOPPED


def follower(topic, status=STOPPED, user=None, **fields):
    reader = SubscriberFactory(user=user or UserFactory(), status=status, **fields)
    reader.topics.add(topic)
    return reader.user


def test_users_get_one_mail_and_subscribers_of_the_digest_none(session, later, rapporteur, coordinator):
    topic, other = TopicPageFactory(), TopicPageFactory()
    follower_user = follower(topic)
    both = follower(topic, user=member())
    for status, immediate, of in ((ACTIVE, True, topic), (STOPPED, False, topic), (STOPPED, True, other)):
        follower(of, status=status, immediate=immediate)
    silent = follower(other, user=member(), immediate=False)
    opened(session, coordinator, decisions=[{"text": "Le comité demande un guide.", "topic": topic}])
    approve(session, coordinator, later)
    mails = {mail.to_email: mail.payload["text"] for mail in Message.objects.filter(kind=KIND)}
    assert Message.objects.filter(kind=KIND).count() == len(mails)
    assert set(mails) == {user.email for user in (follower_user, both, rapporteur, coordinator)}
    assert silent.email not in mails
    for email, reason in ((follower_user.email, "vous suivez un sujet"), (both.email, "vous siégez au comité")):
        assert reason in mails[email]
        for expected in (
            "Le comité demande un guide.",
            topic.title,
            "Par accord",
            session.url,
            "/compte/notifications/",
        ):
            assert expected in mails[email], expected


def test_a_restricted_session_notifies_members_only(session, later, coordinator):
    topic = TopicPageFactory()
    follower(topic)
    PageViewRestriction.objects.create(page=session, restriction_type=PageViewRestriction.LOGIN)
    opened(session, coordinator, decisions=[{"text": "Le comité demande un guide.", "topic": topic}])
    approve(session, coordinator, later)
    assert list(Message.objects.filter(kind=KIND).values_list("to_email", flat=True)) == [coordinator.email]


@each_way_to_hide
def test_mail_and_register_name_no_hidden_topic(session, later, coordinator, hide):
    shown, hidden = TopicPageFactory(title="Canari"), TopicPageFactory(title="Perroquet")
    decisions = [
        {"text": "Le comité demande un guide.", "topic": shown},
        {"text": "Le comité demande un banc.", "topic": hidden},
    ]
    opened(session, coordinator, decisions=decisions)
    hide(hidden)
    approve(session, coordinator, later)
    mail = Message.objects.get(kind=KIND, to_email=coordinator.email)
    for part in ("text", "html"):
        words = [word in mail.payload[part] for word in ("guide.", "banc.", "Canari", "Perroquet")]
        assert words == [True, True, True, False], part
    assert [entry.topic for entry in RegisterEntry.objects.decisions()] == ["Canari", topic_label(None)]


def test_each_member_gets_their_own_actions_only(session, later, coordinator):
    users = {"mine": member(), "other": member(), "without": member()}
    actions = [
        {"text": "Appeler l’accueil.", "member": users["mine"].member, "due_on": dt.date(2026, 11, 10)},
        {"text": "Relire la lettre.", "member": users["mine"].member},
        {"text": "Écrire au service.", "member": users["other"].member},
        {"text": "Imprimer les affiches.", "responsible": "La direction du numérique"},
    ]
    topic = TopicPageFactory()
    follower_user = follower(topic)
    decisions = [{"text": "Le comité demande un guide.", "topic": topic}]
    opened(session, coordinator, decisions=decisions, actions=actions)
    # Their tasks too, since the approval may come after the day.
    assert [{task.title for task in action_tasks(users[name].member, NOW)} for name in users] == [
        {"Appeler l’accueil.", "Relire la lettre."},
        {"Écrire au service."},
        set(),
    ]
    approve(session, coordinator, later)
    assert len(list(action_tasks(users["mine"].member, NOW))) == 2
    own = {"mine": [0, 1], "other": [2], "without": []}
    for kind, followers in ((RoundOpened.kind, []), (KIND, [follower_user.email])):
        mails = {mail.to_email: mail.payload for mail in Message.objects.filter(kind=kind)}
        assert len(mails) == Message.objects.filter(kind=kind).count()
        for email, ranks in [
            *((users[name].email, own[name]) for name in own),
            (coordinator.email, []),
            *((email, []) for email in followers),
        ]:
            for part in ("text", "html"):
                text = mails[email][part].replace("\u00a0", " ")
                assert [rank for rank, row in enumerate(actions) if row["text"] in text] == ranks, (kind, email, part)
                assert (f"{address(session)}#actions" in text) is (bool(ranks) and kind == KIND)
        text = mails[users["mine"].email]["text"].replace("\u00a0", " ")
        assert "Appeler l’accueil. (au plus tard le 10 novembre 2026) C’est en retard." in text
