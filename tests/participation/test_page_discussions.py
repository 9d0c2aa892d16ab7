"""Comments under news, sessions and watch entries whose discussion an editor opened."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from participation.models import Comment, Discussion
from tests.factories import CommentFactory, NewsPageFactory, SessionPageFactory, VeilleEntryPageFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("factory", [NewsPageFactory, SessionPageFactory, VeilleEntryPageFactory]),
    pytest.mark.indexed,
]


def publish(page, *, is_open):
    page.discussion_open = is_open
    page.save_revision().publish()
    return page


def read(url, client=None):
    return (client or Client()).get(url).content.decode()


def test_discussion_can_be_opened_and_closed_and_remains_readable(client, user, factory):
    page = factory()
    assert page.discussion_open is False
    assert 'id="discussion"' not in read(page.url)
    publish(page, is_open=True)
    anonymous = client.get(page.url)
    assert 'id="discussion"' in anonymous.content.decode()
    assert '<form method="post"' not in anonymous.content.decode()
    assert not anonymous.cookies

    discussion = Discussion.objects.get(page=page)
    client.force_login(user)
    client.post(discussion.comment_url, {"body": "Bonjour la page"})
    comment = Comment.objects.get()
    assert "Bonjour la page" in read(page.url, client)
    assert "Bonjour la page" not in read(page.url)
    Comment.objects.update(state="publie", published_at=comment.created_at)
    Discussion.objects.update(comment_count=1)

    publish(page, is_open=False)
    assert "Bonjour la page" in read(page.url)
    client.post(discussion.comment_url, {"body": "Trop tard, la porte est fermée"})
    assert Comment.objects.count() == 1


def test_closed_discussion_without_comments_is_not_displayed(factory):
    page = publish(publish(factory(), is_open=True), is_open=False)
    assert 'id="discussion"' not in read(page.url)


def test_comments_of_an_unpublished_page_are_hidden(client, user, factory):
    page = publish(factory(), is_open=True)
    comment = CommentFactory(discussion=Discussion.objects.get(page=page), body="Perroquet secret")
    page.unpublish()
    client.force_login(user)
    for url in (comment.reply_url, comment.edit_url, comment.discussion.follow_url, comment.discussion.comment_url):
        assert client.get(url).status_code == 404
    assert "Perroquet secret" not in read("/recherche/?q=perroquet")


def test_number_of_queries_does_not_depend_on_comments(factory):
    page = publish(factory(), is_open=True)
    discussion = Discussion.objects.get(page=page)
    costs = []
    for count in (3, 3):
        for _number in range(count):
            CommentFactory(discussion=discussion)
        read(page.url)
        with CaptureQueriesContext(connection) as queries:
            read(page.url)
        costs.append(len(queries))
    assert costs[0] == costs[1]
