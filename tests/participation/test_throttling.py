"""Bots and floods are slowed down; people lose no text and get a way that works."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from common import limits
from participation.errors import (
    AlreadySent,
)
from participation.models import Comment
from participation.services.comments import (
    post_comment,
)
from participation.services.repeats import is_like_one_of
from tests.factories import CommentFactory, DiscussionFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
LONG = "Il faudrait un banc devant la médiathèque, pour que les personnes âgées attendent assises."


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def trap(settings, clock):
    settings.FORM_MINIMUM_SECONDS = 3
    return clock


@pytest.fixture
def address(client):
    """URL of the comment form, for a signed-in user."""
    client.force_login(UserFactory())
    return reverse("participation:comment", args=[DiscussionFactory().proposal_id])


def shown_at(page):
    return re.search(r'name="shown_at" value="([^"]+)"', page.content.decode())[1]


def send(client, address, token, body=LONG):
    return client.post(address, {"body": body, "key": str(uuid.uuid4()), "website": "", "shown_at": token})


class TestTime:
    def test_form_sent_after_the_minimum_time_is_accepted(self, client, address, trap):
        token = shown_at(client.get(address))
        trap.shift(4)
        assert send(client, address, token).status_code == 302

    def test_form_sent_too_fast_preserves_the_text_and_can_be_sent_again(self, client, address, trap):
        token = shown_at(client.get(address))
        trap.shift(1)
        answer = send(client, address, token)
        assert LONG in answer.content.decode()
        assert "appuyez encore une fois sur le bouton" in answer.content.decode()
        assert not Comment.objects.exists()
        trap.shift(4)
        assert send(client, address, shown_at(answer)).status_code == 302

    @pytest.mark.parametrize("token", ["", "1", "eyJ9:forged:forged"])
    def test_form_with_a_forged_token_is_refused(self, client, address, trap, token):
        answer = send(client, address, token)
        assert not Comment.objects.exists()
        assert LONG in answer.content.decode()

    def test_form_with_an_expired_token_preserves_the_text(self, client, address, trap):
        token = shown_at(client.get(address))
        trap.shift(dt.timedelta(hours=60))
        client.force_login(UserFactory())
        answer = send(client, address, token)
        assert LONG in answer.content.decode()
        trap.shift(4)
        assert send(client, address, shown_at(answer)).status_code == 302


class TestNetwork:
    def test_texts_per_network_are_limited_and_the_text_is_preserved(self, client, address, clock, monkeypatch):
        cache.clear()
        monkeypatch.setattr(limits, "TEXTS_PER_NETWORK_AND_HOUR", 2)
        for _number in range(2):
            client.force_login(UserFactory())
            assert send(client, address, "", f"{uuid.uuid4()}").status_code == 302
        client.force_login(UserFactory())
        answer = send(client, address, "")
        assert LONG in answer.content.decode()
        assert Comment.objects.count() == 2
        clock.shift(dt.timedelta(hours=1))
        client.force_login(UserFactory())
        assert send(client, address, "").status_code == 302


class TestRepeats:
    @pytest.mark.parametrize(
        ("text", "is_alike"),
        [
            (LONG, True),
            (LONG.upper().replace(" ", "\n"), True),
            (LONG.replace("banc", "bancs"), True),
            (f"{LONG} Et un autre près de la gare, à l’arrêt du tram, du côté où il y a de l’ombre.", False),
            ("Je suis d’accord.", False),
        ],
    )
    def test_similarity_of_texts(self, text, is_alike):
        assert is_like_one_of(text, ["Je suis d’accord.", LONG]) is is_alike

    def test_repeated_text_is_refused_unless_the_first_was_refused(self):
        author, discussion = UserFactory(), DiscussionFactory()
        first = CommentFactory(author=author, body=LONG, state=Comment.State.RECEIVED, created_at=NOW)
        new = {"author": author, "discussion": discussion, "body": LONG, "now": NOW}
        with pytest.raises(AlreadySent):
            post_comment(**new, key=uuid.uuid4())
        Comment.objects.filter(pk=first.pk).update(state=Comment.State.REFUSED)
        assert post_comment(**new, key=uuid.uuid4()).pk

    def test_two_users_can_send_the_same_text(self):
        CommentFactory(body=LONG, created_at=NOW)
        other = {"author": UserFactory(), "discussion": DiscussionFactory(), "body": LONG, "now": NOW}
        assert post_comment(**other, key=uuid.uuid4()).pk
