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
    def test_a_person_who_takes_the_time_to_read_is_not_held_back(self, client, address, trap):
        token = shown_at(client.get(address))
        trap.shift(4)
        assert send(client, address, token).status_code == 302

    def test_what_is_faster_than_reading_comes_back_with_its_text_and_can_be_sent_again(self, client, address, trap):
        token = shown_at(client.get(address))
        trap.shift(1)
        answer = send(client, address, token)
        assert LONG in answer.content.decode()
        assert "appuyez encore une fois sur le bouton" in answer.content.decode()
        assert not Comment.objects.exists()
        trap.shift(4)
        assert send(client, address, shown_at(answer)).status_code == 302

    @pytest.mark.parametrize("token", ["", "1", "eyJ9:forged:forged"])
    def test_a_form_that_no_page_has_shown_is_not_taken(self, client, address, trap, token):
        answer = send(client, address, token)
        assert not Comment.objects.exists()
        assert LONG in answer.content.decode()

    def test_a_page_that_was_open_for_a_week_loses_nothing(self, client, address, trap):
        token = shown_at(client.get(address))
        trap.shift(dt.timedelta(hours=60))
        client.force_login(UserFactory())
        answer = send(client, address, token)
        assert LONG in answer.content.decode()
        trap.shift(4)
        assert send(client, address, shown_at(answer)).status_code == 302


class TestNetwork:
    def test_a_flood_from_one_network_is_held_back_and_the_text_kept(self, client, address, clock, monkeypatch):
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
    def test_what_is_alike(self, text, is_alike):
        assert is_like_one_of(text, ["Je suis d’accord.", LONG]) is is_alike

    def test_the_same_text_again_is_refused_unless_it_was_taken_away(self):
        author, discussion = UserFactory(), DiscussionFactory()
        first = CommentFactory(author=author, body=LONG, state=Comment.State.RECEIVED, created_at=NOW)
        new = {"author": author, "discussion": discussion, "body": LONG, "now": NOW}
        with pytest.raises(AlreadySent):
            post_comment(**new, key=uuid.uuid4())
        Comment.objects.filter(pk=first.pk).update(state=Comment.State.REFUSED)
        assert post_comment(**new, key=uuid.uuid4()).pk

    def test_two_people_may_write_the_same(self):
        CommentFactory(body=LONG, created_at=NOW)
        other = {"author": UserFactory(), "discussion": DiscussionFactory(), "body": LONG, "now": NOW}
        assert post_comment(**other, key=uuid.uuid4()).pk
