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


def shown(*polls, now=NOW, user=None):
    body = BodyBlock().to_python([{"type": "poll", "value": poll.pk} for poll in polls])
    with time_machine.travel(now, tick=False):
        return BodyBlock().render(body, context={"request": RequestFactory().get("/"), "user": user})


@pytest.mark.parametrize(
    ("now", "address"),
    [(NOW, "/sondages/programme/"), (NOW + 2 * DAY, "/sondages/programme/resultats/"), (NOW - 2 * DAY, None)],
)
def test_it_leads_to_the_answer_then_to_the_results_and_is_not_shown_before(now, address):
    html = shown(make_poll(), now=now)
    if address:
        assert f'href="{address}"' in html
        assert "Sondage programme" in html
    else:
        assert "Sondage programme" not in html
    assert "<form" not in html


def test_it_says_to_whom_has_answered_that_it_is_done(user):
    poll = make_poll()
    assert "Répondre au sondage" in shown(poll, user=user)
    poll.participations.create(user=user)
    html = shown(poll, user=user)
    assert "Répondu" in html
    assert "Répondre au sondage" not in html
    assert "Répondu" not in shown(poll, user=AnonymousUser())


def test_it_says_that_only_the_members_answer():
    poll = make_poll(audience="seats")
    assert "Réservé aux membres" in shown(poll)
    assert "Réservé aux membres" not in shown(poll, now=NOW + 2 * DAY), "everyone reads the results"


def test_a_poll_that_was_deleted_leaves_nothing_behind():
    poll = make_poll()
    body = BodyBlock().to_python([{"type": "poll", "value": poll.pk}])
    poll.delete()
    assert not strip_tags(BodyBlock().render(body, context={"request": RequestFactory().get("/")})).strip()


def test_many_polls_in_a_body_cost_one_query(django_assert_num_queries):
    polls = [make_poll(f"p{number}", opens_at=NOW - dt.timedelta(days=2)) for number in range(5)]
    with django_assert_num_queries(1):
        shown(*polls)
