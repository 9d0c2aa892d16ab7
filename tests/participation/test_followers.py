"""Notifications about a proposal: its authors at once, then its followers, each once."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.shown import BY_PROGRAM
from digests.models import Subscriber
from mailing.models import Message
from participation.models import Follow, OfficialAnswer, Proposal, ProposalStep
from participation.notifications.followers import NOTIFIED_STATES, FollowedProposal
from participation.services.answers import (
    publish_answer,
)
from participation.services.follows import (
    set_follow,
)
from participation.services.moderation import moderate
from participation.services.states import (
    change_state,
)
from tests.factories import (
    CoAuthorFactory,
    DiscussionFactory,
    FollowFactory,
    OfficialAnswerFactory,
    ProposalFactory,
)

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.usefixtures("outbox")]

State, Role = Proposal.State, ProposalStep.Role


@pytest.fixture
def organiser(editor_of):
    return editor_of("Animation")


@pytest.fixture
def proposal(db):
    """Proposal of two authors with three followers; a fourth one unfollowed."""
    shown = ProposalFactory(title="Canari jaune")
    CoAuthorFactory(proposal=shown)
    discussion = DiscussionFactory(proposal=shown)
    for source in (Follow.Source.SUPPORTED, Follow.Source.COMMENTED, Follow.Source.CHOSEN):
        FollowFactory(discussion=discussion, source=source)
    for user_id in shown.author_ids:
        FollowFactory(user_id=user_id, discussion=discussion, source=Follow.Source.OWN)
    FollowFactory(discussion=discussion, muted=True)
    return shown


def move(proposal, state, actor, role=Role.TEAM, **more):
    return change_state(proposal=proposal, state=state, role=role, actor=actor, now=NOW, **more, shown=BY_PROGRAM)


def answer(proposal, actor):
    draft = OfficialAnswerFactory(proposal=proposal, status=OfficialAnswer.Status.DRAFT)
    return publish_answer(answer=draft, actor=actor, now=NOW, shown=BY_PROGRAM)


def emails_of_other_followers(proposal):
    found = proposal.followers().exclude(pk__in=proposal.author_ids)
    return sorted(found.values_list("email", flat=True))


def notified_emails():
    return sorted(Message.objects.filter(kind=FollowedProposal.kind).values_list("to_email", flat=True))


def render_mails(messages=None):
    """Renders each planned mail: its content, or the reason for not sending."""
    messages = list(Message.objects.filter(kind=FollowedProposal.kind).order_by("pk")) if messages is None else messages
    write = FollowedProposal.writer(messages, now=NOW)
    return [write(message) for message in messages]


def test_each_public_change_is_notified_once_to_authors_and_followers(proposal, organiser):
    for _time in range(2):
        move(proposal, State.STUDIED, organiser)
    assert notified_emails() == emails_of_other_followers(proposal)
    assert len(notified_emails()) == 3
    whole = Message.objects.exclude(kind=FollowedProposal.kind).values_list("to_email", flat=True)
    assert sorted(whole) == sorted(User.objects.filter(pk__in=proposal.author_ids).values_list("email", flat=True))
    for mail in render_mails():
        assert "Canari jaune" in mail.text
        assert "votre proposition" not in f"{mail.subject}{mail.text}".lower()
        assert f"/propositions/{proposal.pk}/suivre/" in mail.text
        assert f"/propositions/{proposal.pk}/suivre/" in mail.html


@pytest.mark.parametrize("state", State.values)
def test_states_of_moderation_are_not_notified_to_followers(state):
    assert (state in NOTIFIED_STATES) is (state not in (State.RECEIVED, State.PUBLISHED, State.REFUSED))


def test_refusal_is_notified_to_authors_only(proposal, organiser):
    moderate(
        text=proposal,
        state=State.REFUSED,
        moderator=organiser,
        now=NOW,
        ground="advertising",
        reason="Publicité.",
        shown=BY_PROGRAM,
    )
    assert notified_emails() == []
    assert Message.objects.count() == 2


def test_answer_and_its_change_of_state_are_one_notification(proposal, editor_of):
    answer(proposal, editor_of("Services"))
    assert notified_emails() == emails_of_other_followers(proposal)
    assert all("Voici pourquoi." in mail.text and "#reponse-" in mail.text for mail in render_mails())
    # An answer without change of state is notified as well.
    answer(proposal, editor_of("Services"))
    assert len(notified_emails()) == 6


def test_notification_of_a_merge_links_to_the_target_unless_undone(proposal, organiser):
    target = ProposalFactory(title="Perroquet vert")
    move(proposal, State.MERGED, organiser, target=target)
    assert all(target.get_absolute_url() in mail.text and "Perroquet vert" in mail.html for mail in render_mails())
    move(proposal, State.PUBLISHED, organiser)
    assert {drop.state for drop in render_mails()} == {Message.State.CANCELLED}


def test_notification_of_a_withdrawal_omits_title_reason_and_links(proposal):
    move(proposal, State.WITHDRAWN, proposal.author, role=Role.AUTHOR, reason="Un secret")
    mails = render_mails()
    assert len(mails) == 3
    for mail in mails:
        assert f"n°\u00a0{proposal.pk}" in mail.subject.replace("n° ", "n°\u00a0")
        for text in (mail.subject, mail.text, mail.html):
            assert "Canari" not in text
            assert "Un secret" not in text
            assert "/propositions/" not in text


def test_users_who_unfollow_or_leave_before_sending_are_not_notified(proposal, organiser):
    move(proposal, State.STUDIED, organiser)
    stopped, gone, erased = Message.objects.filter(kind=FollowedProposal.kind).order_by("pk")
    Follow.objects.filter(user=stopped.context["user"]).update(muted=True)
    User.objects.filter(pk=gone.context["user"]).update(is_active=False)
    User.objects.filter(pk=erased.context["user"]).delete()
    assert [mail.state for mail in render_mails()] == [Message.State.CANCELLED] * 3


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.DONE])
def test_notification_is_cancelled_if_the_state_changed_before_sending(proposal, organiser, state):
    move(proposal, State.STUDIED, organiser)
    Proposal.objects.filter(pk=proposal.pk).update(state=state)
    assert [mail.state for mail in render_mails()] == [Message.State.CANCELLED] * 3


def test_notification_of_an_answer_hidden_before_sending_is_cancelled(proposal, editor_of):
    answer(proposal, editor_of("Services"))
    Proposal.objects.filter(pk=proposal.pk).update(state=State.REFUSED)
    assert [mail.state for mail in render_mails()] == [Message.State.CANCELLED] * 3


def test_followers_who_want_no_email_are_not_notified(proposal, organiser):
    silent, later = proposal.followers().exclude(pk__in=proposal.author_ids).order_by("pk")[:2]
    Subscriber.objects.create(email=silent.email, user=silent, immediate=False, created_at=NOW)
    move(proposal, State.STUDIED, organiser)
    assert len(notified_emails()) == 2
    assert silent.email not in notified_emails()
    # Until the mail leaves.
    Subscriber.objects.create(email=later.email, user=later, immediate=False, created_at=NOW)
    assert sum(getattr(mail, "state", None) == Message.State.CANCELLED for mail in render_mails()) == 1


def test_actor_is_not_notified(proposal, organiser):
    set_follow(user=organiser, discussion=proposal.discussion, following=True, now=NOW)
    move(proposal, State.STUDIED, organiser)
    assert organiser.email not in notified_emails()


def test_number_of_queries_does_not_depend_on_the_number_of_followers(organiser):
    planning, writing = [], []
    # The first round also fills the caches of the process.
    for count in (2, 2, 200):
        proposal = ProposalFactory()
        discussion = DiscussionFactory(proposal=proposal)
        FollowFactory.create_batch(count, discussion=discussion)
        Message.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            move(proposal, State.STUDIED, organiser)
        # One INSERT for the author, one for all followers; SQLite splits that one (999 values per statement at most).
        inserts = [query for query in queries if 'INTO "mailing_message"' in query["sql"]]
        assert len(inserts) == 2 or connection.vendor == "sqlite"
        planning.append(len(queries) - len(inserts))
        messages = list(Message.objects.filter(kind=FollowedProposal.kind)[:2])
        with CaptureQueriesContext(connection) as queries:
            write = FollowedProposal.writer(messages, now=NOW + dt.timedelta(minutes=1))
        assert write(messages[0]).text
        writing.append(len(queries))
    assert planning[1] == planning[2]
    assert writing[1] == writing[2] <= 4
