"""Comments written before signing in: shown if the discussion closed, refused if empty; readers get no cookie.

Signing in and sending are in `tests/home/test_anonymous_actions.py`, texts submitted in an expired session in
`tests/accounts/test_kept_forms.py`.
"""

import pytest

from common.kept_forms import KEY
from tests.factories import CallPageFactory, DiscussionFactory, ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion():
    return DiscussionFactory(proposal=ProposalFactory(call=CallPageFactory()))


def test_comment_on_a_closed_discussion_is_displayed_without_a_form(client, user, discussion):
    client.post(discussion.comment_url, {"body": "Un canari.", "email": user.email})
    discussion.is_open = False
    discussion.save()
    client.force_login(user)
    page = client.get(f"{discussion.comment_url}?suite=1").content.decode()
    assert "<p>Un canari.</p>" in page
    assert "<textarea" not in page


def test_invalid_comment_is_refused_before_signing_in(client, discussion):
    answer = client.post(discussion.comment_url, {"body": " ", "email": "odile@courriel.example"})
    assert "Écrivez votre commentaire." in answer.content.decode()
    assert KEY not in client.session


def test_readers_get_no_session_cookie(client, discussion):
    client.get(discussion.subject_url)
    assert not client.cookies
    client.get(discussion.comment_url)
    assert "sessionid" not in client.cookies
