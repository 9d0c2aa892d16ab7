"""Comments written before signing in: shown if the discussion closed, refused if empty; readers get no cookie.

A text submitted in an expired session is kept until the sign-in, and done then.

Signing in and sending are in `tests/home/test_anonymous_actions.py`.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.views.intended import KEY, MAX_LENGTH
from participation.models import Addendum
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


def test_addendum_submitted_in_an_expired_session_is_sent_after_the_sign_in(client):
    proposal = ProposalFactory()
    url = reverse("participation:addendum", args=[proposal.pk])
    answer = client.post(url, {"body": "Un perroquet."})
    assert answer["Location"] == f"{reverse('account_login')}?next={url}%3Fsuite%3D1"
    assert not Addendum.objects.exists()
    client.force_login(proposal.author)
    for _twice in range(2):
        client.get(f"{url}?suite=1")
    assert Addendum.objects.get().body == "Un perroquet."


def test_kept_text_is_not_sent_by_an_account_without_the_right(client, user):
    url = reverse("participation:addendum", args=[ProposalFactory().pk])
    client.post(url, {"body": "Un perroquet."})
    client.force_login(user)
    assert client.get(f"{url}?suite=1").status_code == 404
    assert not Addendum.objects.exists()


@pytest.mark.parametrize(
    "data",
    [{"body": "x" * MAX_LENGTH}, {"body": "Un canari.", "file": SimpleUploadedFile("canari.txt", b"x")}],
    ids=["too long", "with a file"],
)
def test_form_that_cannot_be_kept_whole_is_not_kept(client, data):
    url = reverse("participation:addendum", args=[ProposalFactory().pk])
    assert client.post(url, data)["Location"] == f"{reverse('account_login')}?next={url}"
    assert KEY not in client.session
