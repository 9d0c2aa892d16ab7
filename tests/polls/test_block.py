"""Poll block in the body of a page."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils.html import strip_tags

from cms.blocks import BodyBlock
from tests.polls.factories import DAY, NOW, make_poll

pytestmark = pytest.mark.django_db


def render(*polls, now=NOW, user=None):
    body = BodyBlock().to_python([{"type": "poll", "value": poll.pk} for poll in polls])
    with time_machine.travel(now, tick=False):
        return BodyBlock().render(body, context={"request": RequestFactory().get("/"), "user": user})


@pytest.mark.parametrize(
    ("now", "address"),
    [(NOW, "/sondages/programme/"), (NOW + 2 * DAY, "/sondages/programme/resultats/"), (NOW - 2 * DAY, None)],
)
def test_block_links_to_open_poll_or_results_and_is_empty_before_the_opening(now, address):
    html = render(make_poll(), now=now)
    if address:
        assert f'href="{address}"' in html
        assert "Sondage programme" in html
    else:
        assert "Sondage programme" not in html
    assert "<form" not in html


def test_block_shows_a_badge_to_users_who_answered(user):
    poll = make_poll()
    assert "Répondre au sondage" in render(poll, user=user)
    poll.participations.create(user=user)
    html = render(poll, user=user)
    assert "Répondu" in html
    assert "Répondre au sondage" not in html
    assert "Répondu" not in render(poll, user=AnonymousUser())


def test_block_marks_polls_reserved_for_members():
    poll = make_poll(audience="seats")
    assert "Réservé aux membres" in render(poll)
    assert "Réservé aux membres" not in render(poll, now=NOW + 2 * DAY), "results are public"


def test_block_of_a_deleted_poll_is_empty():
    poll = make_poll()
    body = BodyBlock().to_python([{"type": "poll", "value": poll.pk}])
    poll.delete()
    assert not strip_tags(BodyBlock().render(body, context={"request": RequestFactory().get("/")})).strip()


def test_polls_in_a_body_need_one_query(django_assert_num_queries):
    polls = [make_poll(f"p{number}", opens_at=NOW - dt.timedelta(days=2)) for number in range(5)]
    with django_assert_num_queries(1):
        render(*polls)
