"""Illegitimate requests: a closed call, a removed text, an object of another user, the same form twice.

Hostile texts are in `tests/home/test_hostile_texts.py`.
"""

import uuid

import pytest
from django.apps import apps
from django.urls import reverse

from common.shown import BY_PROGRAM
from participation.models import CallPage, Comment, Proposal
from participation.services.moderation import moderate
from tests.factories import CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory, UserFactory
from tests.polls.factories import NOW, choice_ids, make_poll

pytestmark = pytest.mark.django_db

TEXT = "Un texte précieux, écrit avec soin."


def row_counts():
    """Returns the number of rows of each model that residents write."""
    labels = ("Proposal", "Comment", "CommentVersion", "Report", "Appeal", "Support", "Follow", "ProposalStep")
    models = [model for model in apps.get_app_config("participation").get_models() if model.__name__ in labels]
    return {model.__name__: model._default_manager.count() for model in models}


def make_refusal(author, moderator):
    """Returns a refusal of a comment of `author`."""
    comment = CommentFactory(author=author, state=Comment.State.RECEIVED)
    moderate(
        text=comment,
        state=Comment.State.REFUSED,
        moderator=moderator,
        now=NOW,
        ground="respect",
        reason="Trop vif.",
        shown=BY_PROGRAM,
    )
    return comment.decisions.get()


def forms_of(discussion, comment):
    """Returns the forms under a discussion and its proposal: URL → data."""
    return {
        discussion.comment_url: {"body": TEXT},
        comment.reply_url: {"body": TEXT},
        reverse("participation:support", args=[discussion.proposal_id]): {"action": "soutenir"},
    }


def test_closed_call_refuses_contributions_and_preserves_the_text(client, user):
    call = CallPageFactory(phase=CallPage.Phase.CLOSED)
    comment = CommentFactory(discussion__proposal=ProposalFactory(call=call))
    client.force_login(user)
    before = row_counts()
    for address, data in forms_of(comment.discussion, comment).items():
        answer = client.post(address, data, follow=True)
        assert answer.status_code == 200, address
        assert "body" not in data or TEXT in answer.text, address
    assert row_counts() == before


@pytest.mark.parametrize("state", [Proposal.State.RECEIVED, Proposal.State.REFUSED, Proposal.State.WITHDRAWN])
def test_urls_under_a_hidden_proposal_return_404(client, user, state):
    comment = CommentFactory(discussion__proposal=ProposalFactory(state=state))
    client.force_login(user)
    before = row_counts()
    addresses = {
        **forms_of(comment.discussion, comment),
        comment.report_url: {"reason": TEXT},
        comment.discussion.follow_url: {"action": "suivre"},
        reverse("participation:withdraw", args=[comment.discussion.proposal_id]): {"reason": TEXT},
    }
    assert {client.post(address, data).status_code for address, data in addresses.items()} == {404}
    assert row_counts() == before


def test_urls_of_objects_of_other_users_return_404(client, user, moderator):
    other = UserFactory()
    comment = CommentFactory(author=other)
    client.force_login(user)
    before = row_counts()
    addresses = {
        comment.edit_url: {"body": TEXT},
        comment.withdraw_url: {},
        reverse("participation:withdraw", args=[ProposalFactory(author=other).pk]): {"reason": TEXT},
        reverse("participation:appeal", args=[make_refusal(other, moderator).pk]): {"body": TEXT},
        # The primary key of a comment in the URL of another discussion.
        reverse("participation:reply", args=[DiscussionFactory().proposal_id, comment.pk]): {"body": TEXT},
        reverse("participation:report", args=[DiscussionFactory().proposal_id, comment.pk]): {"reason": TEXT},
    }
    before = row_counts()
    assert {client.post(address, data).status_code for address, data in addresses.items()} == {404}
    assert row_counts() == before


def test_idempotency_key_of_another_user_is_refused(client, user):
    key = uuid.uuid4()
    comment = CommentFactory(body="Le texte de quelqu’un d’autre.", idempotency_key=key)
    client.force_login(user)
    answer = client.post(comment.discussion.comment_url, {"body": TEXT, "key": str(key)})
    assert answer.status_code == 403
    assert comment.body not in answer.text
    assert Comment.objects.count() == 1


def test_each_form_submitted_twice_is_saved_once(client, user, moderator):
    comment = CommentFactory()
    client.force_login(user)
    sent = {
        # First, because commenting follows automatically.
        comment.discussion.follow_url: {"action": "suivre"},
        comment.discussion.comment_url: {"body": TEXT, "key": str(uuid.uuid4())},
        comment.reply_url: {"body": TEXT, "key": str(uuid.uuid4())},
        comment.report_url: {"reason": TEXT},
        reverse("participation:support", args=[comment.discussion.proposal_id]): {"action": "soutenir"},
        reverse("participation:appeal", args=[make_refusal(user, moderator).pk]): {"body": TEXT},
        reverse("participation:withdraw", args=[ProposalFactory(author=user, state="recue").pk]): {"reason": TEXT},
    }
    for address, data in sent.items():
        before, page = row_counts(), client.get(address).context
        if page and "confirmation" in page:
            data = {**data, "shown": page["confirmation"].field}
        first = client.post(address, data)
        once = row_counts()
        second = client.post(address, data)
        assert first.status_code == 302, address
        assert second.status_code in (200, 302), address
        assert once != before, address
        assert row_counts() == once, address


def test_answer_to_a_poll_submitted_twice_is_counted_once(client, user):
    poll = make_poll(closes_at=NOW.replace(year=NOW.year + 9), ballot="nominative")
    client.force_login(user)
    data = {f"question_{poll.questions.get().pk}": choice_ids(poll)[0]}
    for _time in range(2):
        assert client.post(poll.get_absolute_url(), data).status_code == 302
    assert poll.participations.count() == 1
