"""Illegitimate requests: a closed call, a removed text, somebody else's object, the same form twice.

Hostile texts are in `tests/home/test_hostile_texts.py`.
"""

import uuid

import pytest
from django.apps import apps
from django.urls import reverse

from participation.models import CallPage, Comment, Proposal
from participation.services.moderation import moderate
from tests.factories import CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory, UserFactory
from tests.polls.factories import NOW, choice_ids, make_poll

pytestmark = pytest.mark.django_db

TEXT = "Un texte précieux, écrit avec soin."


def written():
    """Returns the number of rows of each model that residents write."""
    labels = ("Proposal", "Comment", "CommentVersion", "Report", "Appeal", "Support", "Follow", "ProposalStep")
    models = [model for model in apps.get_app_config("participation").get_models() if model.__name__ in labels]
    return {model.__name__: model._default_manager.count() for model in models}


def refused(author, moderator):
    """Returns a refusal of a comment of `author`."""
    comment = CommentFactory(author=author, state=Comment.State.RECEIVED)
    moderate(
        text=comment, state=Comment.State.REFUSED, moderator=moderator, now=NOW, ground="respect", reason="Trop vif."
    )
    return comment.decisions.get()


def forms_of(discussion, comment):
    """Returns the forms under a discussion and its proposal: URL → data."""
    return {
        discussion.comment_url: {"body": TEXT},
        comment.reply_url: {"body": TEXT},
        reverse("participation:support", args=[discussion.proposal_id]): {"action": "soutenir"},
    }


def test_a_closed_call_takes_nothing_and_gives_the_text_back(client, user):
    call = CallPageFactory(phase=CallPage.Phase.CLOSED)
    comment = CommentFactory(discussion__proposal=ProposalFactory(call=call))
    client.force_login(user)
    before = written()
    for address, data in forms_of(comment.discussion, comment).items():
        answer = client.post(address, data, follow=True)
        assert answer.status_code == 200, address
        assert "body" not in data or TEXT in answer.text, address
    assert written() == before


@pytest.mark.parametrize("state", [Proposal.State.RECEIVED, Proposal.State.REFUSED, Proposal.State.WITHDRAWN])
def test_under_a_proposal_that_is_not_shown_nothing_exists(client, user, state):
    comment = CommentFactory(discussion__proposal=ProposalFactory(state=state))
    client.force_login(user)
    before = written()
    addresses = {
        **forms_of(comment.discussion, comment),
        comment.report_url: {"reason": TEXT},
        comment.discussion.follow_url: {"action": "suivre"},
        reverse("participation:withdraw", args=[comment.discussion.proposal_id]): {"reason": TEXT},
    }
    assert {client.post(address, data).status_code for address, data in addresses.items()} == {404}
    assert written() == before


def test_what_belongs_to_somebody_else_does_not_exist(client, user, moderator):
    other = UserFactory()
    comment = CommentFactory(author=other)
    client.force_login(user)
    before = written()
    addresses = {
        comment.edit_url: {"body": TEXT},
        comment.withdraw_url: {},
        reverse("participation:withdraw", args=[ProposalFactory(author=other).pk]): {"reason": TEXT},
        reverse("participation:appeal", args=[refused(other, moderator).pk]): {"body": TEXT},
        # The primary key of a comment in the URL of another discussion.
        reverse("participation:reply", args=[DiscussionFactory().proposal_id, comment.pk]): {"body": TEXT},
        reverse("participation:report", args=[DiscussionFactory().proposal_id, comment.pk]): {"reason": TEXT},
    }
    before = written()
    assert {client.post(address, data).status_code for address, data in addresses.items()} == {404}
    assert written() == before


def test_the_key_of_somebody_elses_comment_shows_and_changes_nothing(client, user):
    key = uuid.uuid4()
    comment = CommentFactory(body="Le texte de quelqu’un d’autre.", idempotency_key=key)
    client.force_login(user)
    answer = client.post(comment.discussion.comment_url, {"body": TEXT, "key": str(key)})
    assert answer.status_code == 403
    assert comment.body not in answer.text
    assert Comment.objects.count() == 1


def test_each_form_sent_twice_is_taken_once(client, user, moderator):
    comment = CommentFactory()
    client.force_login(user)
    sent = {
        # First, because commenting follows automatically.
        comment.discussion.follow_url: {"action": "suivre"},
        comment.discussion.comment_url: {"body": TEXT, "key": str(uuid.uuid4())},
        comment.reply_url: {"body": TEXT, "key": str(uuid.uuid4())},
        comment.report_url: {"reason": TEXT},
        reverse("participation:support", args=[comment.discussion.proposal_id]): {"action": "soutenir"},
        reverse("participation:appeal", args=[refused(user, moderator).pk]): {"body": TEXT},
        reverse("participation:withdraw", args=[ProposalFactory(author=user, state="recue").pk]): {"reason": TEXT},
    }
    for address, data in sent.items():
        before = written()
        first = client.post(address, data)
        once = written()
        second = client.post(address, data)
        assert first.status_code == 302, address
        assert second.status_code in (200, 302), address
        assert once != before, address
        assert written() == once, address


def test_an_answer_to_a_poll_sent_twice_is_counted_once(client, user):
    poll = make_poll(closes_at=NOW.replace(year=NOW.year + 9), ballot="nominative")
    client.force_login(user)
    data = {f"question_{poll.questions.get().pk}": choice_ids(poll)[0]}
    for _time in range(2):
        assert client.post(poll.get_absolute_url(), data).status_code == 302
    assert poll.participations.count() == 1
