"""Queries that a process compiles once: they find what the query finds, for other arguments and other rows."""

import datetime as dt

import pytest
from django.utils import timezone

from common.compiled import compiled
from participation.models import Discussion
from polls.models import Poll
from tests.factories import CommentFactory, DiscussionFactory
from tests.home.searching import DAY, make_poll

pytestmark = pytest.mark.django_db


def make(slug, closes_at):
    return make_poll(slug=slug, title=slug, opens_at=closes_at - 9 * DAY, closes_at=closes_at)


def test_it_finds_anew_with_other_arguments_and_other_rows(django_assert_num_queries):
    @compiled
    def closed_since(moment, least):
        return Poll.objects.filter(closes_at__gte=moment, pk__gte=least).order_by("closes_at")

    @compiled
    def opened_on(day):
        return Poll.objects.filter(opens_at__date=day)

    now = timezone.now()
    first = make("un", now)
    assert closed_since(now - DAY, 0) == [first]
    second = make("deux", now + DAY)
    with django_assert_num_queries(2):
        assert closed_since(now - DAY, 0) == [first, second]
        assert closed_since(now + dt.timedelta(hours=1), 0) == [second]
    assert closed_since(now - DAY, second.pk) == [second]
    assert opened_on(timezone.localdate(now) - 9 * DAY) == [first]
    Poll.objects.filter(pk=second.pk).update(title="Autre")
    assert closed_since(now, second.pk)[0].title == "Autre"
    assert closed_since(now + 9 * DAY, 0) == []


def test_keys_are_handed_over_as_they_are_asked_for(django_assert_num_queries):
    @compiled
    def titles(keys, moment):
        return Poll.objects.filter(pk__among=keys, closes_at__gt=moment).values_list("pk", "title")

    now = timezone.now()
    polls = [make(slug, now + DAY) for slug in ("un", "deux", "trois")]
    for keys in ({polls[0].pk}, {poll.pk for poll in polls}, set(), {polls[1].pk, 10**12}):
        with django_assert_num_queries(1):
            assert dict(titles(keys, now)) == {poll.pk: poll.title for poll in polls if poll.pk in keys}
    assert titles({polls[0].pk}, now + 2 * DAY) == []


def test_what_is_read_with_it_is_read_for_each_run():
    @compiled
    def discussed():
        return Discussion.objects.prefetch_related("comments").order_by("pk")

    discussion = DiscussionFactory()
    assert list(discussed()[0].comments.all()) == []
    comment = CommentFactory(discussion=discussion)
    assert list(discussed()[0].comments.all()) == [comment]


def test_an_argument_that_is_looked_at_or_has_no_place_is_refused():
    @compiled
    def looked_at(number):
        return Poll.objects.filter(pk=number + 1)

    @compiled
    def named(title):
        return Poll.objects.filter(title=title)

    with pytest.raises(TypeError, match="as it is"):
        looked_at(1)
    with pytest.raises(TypeError, match="no place"):
        named("Un")
