"""A comment written before signing in: kept, in the form again afterwards, sent once; readers get no cookie."""

import pytest
from django.test import Client
from django.urls import reverse

from participation.models import Comment
from participation.views.comment_session import KEPT, MAX_KEPT
from tests.factories import CallPageFactory, CommentFactory, DiscussionFactory, ProposalFactory
from tests.notices import notice_after

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion():
    return DiscussionFactory(proposal=ProposalFactory(call=CallPageFactory()))


def shown(client, url):
    """Opens the page of a comment; returns what its form would send."""
    form = client.get(url).context["form"]
    return {name: str(form[name].value() or "") for name in form.fields if name not in ("website", "shown_at")}


def write(client, url, body="Un canari."):
    answer = client.post(url, shown(client, url) | {"body": body})
    assert answer.headers["Location"] == f"{url}#se-connecter"


@pytest.mark.parametrize("is_reply", [False, True])
def test_it_is_in_the_form_again_and_sent_once(client, user, discussion, is_reply):
    url = CommentFactory(discussion=discussion).reply_url if is_reply else discussion.comment_url
    position = {} if is_reply else {"position": "-1"}
    kept = shown(client, url) | {"body": "Un canari.\nUn perroquet."} | position
    assert client.post(url, kept).headers["Location"] == f"{url}#se-connecter"
    page = client.get(url).content.decode()
    assert f"{reverse('account_login')}?next={url}" in page.partition('id="se-connecter"')[2]
    assert not Comment.objects.filter(body__contains="canari").exists()
    client.force_login(user)
    assert shown(client, url) == kept
    sent = [client.post(url, kept) for _time in range(2)]
    assert "Votre commentaire est envoyé." in notice_after(client, sent[0])
    (comment,) = Comment.objects.filter(author=user)
    assert (comment.body, comment.position) == ("Un canari.\nUn perroquet.", 0 if is_reply else -1)
    assert shown(client, url)["body"] == ""


def test_it_can_be_changed_before_signing_in(client, user, discussion):
    for body in ("Un canari.", "Un perroquet."):
        write(client, discussion.comment_url, body)
    client.force_login(user)
    assert shown(client, discussion.comment_url)["body"] == "Un perroquet."


def test_each_page_keeps_its_own_and_one_browser_keeps_a_few(client):
    urls = [DiscussionFactory(proposal=ProposalFactory()).comment_url for _number in range(MAX_KEPT + 1)]
    for number, url in enumerate(urls):
        write(client, url, f"Canari {number}.")
    assert [shown(client, url)["body"] for url in urls] == ["", *(f"Canari {number}." for number in range(1, 6))]
    assert shown(Client(), urls[-1])["body"] == ""


def test_what_cannot_be_sent_any_more_can_be_copied(client, user, discussion):
    write(client, discussion.comment_url)
    discussion.is_open = False
    discussion.save()
    for _person in ("nobody", "somebody"):
        page = client.get(discussion.comment_url).content.decode()
        assert "<p>Un canari.</p>" in page
        assert "<textarea" not in page
        client.force_login(user)


def test_a_mistake_is_said_before_signing_in(client, discussion):
    answer = client.post(discussion.comment_url, {"body": " "})
    assert "Écrivez votre commentaire." in answer.content.decode()
    assert KEPT not in client.session


def test_a_reader_gets_no_session(client, discussion):
    client.get(discussion.subject_url)
    assert not client.cookies
    client.get(discussion.comment_url)
    assert "sessionid" not in client.cookies
