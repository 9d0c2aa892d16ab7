"""Criteria in the digest: reported once when published, and once for all their corrections."""

import datetime as dt

import pytest
from django.utils import timezone

from digests.queries.items import Window
from digests.queries.sources import CRITERIA
from tests.veille.benchmark import make_city, make_criterion, published, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

DAY = dt.timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now()


def told(now):
    window = Window(start=now - 7 * DAY, end=now, soon_from=now, soon_until=now + 7 * DAY)
    return {item.object: item.at for item in CRITERIA.in_window(window, now=now)}


def test_a_new_criterion_is_told_and_a_draft_is_not(now):
    new = make_criterion(published_at=now - DAY)
    make_criterion(published_at=now - 8 * DAY)
    make_criterion(published=False)
    assert told(now) == {new: now - DAY}


def test_corrections_of_one_criterion_are_told_together(now):
    old = make_criterion(published_at=now - 90 * DAY)
    for name in ("Lyon", "Nantes"):
        city = make_city(name)
        published(city, old, "oui", now=now - 80 * DAY)
        published(city, old, "non", now=now - DAY, reason="Le site a fermé.")
    assert told(now) == {old: now - DAY}


def test_a_first_finding_and_what_waits_are_no_news(now):
    old = make_criterion(published_at=now - 90 * DAY)
    city = make_city()
    published(city, old, "oui", now=now - DAY)
    recorded(city, old, "non", reason="Le site a fermé.")
    assert told(now) == {}


def test_what_was_chosen_is_read_again_by_its_key_while_it_is_public(now):
    criterion = make_criterion(published_at=now - DAY)
    assert [item.object for item in CRITERIA.by_keys([criterion.pk], now=now)] == [criterion]
    type(criterion).objects.update(published_at=None)
    assert CRITERIA.by_keys([criterion.pk], now=now) == []
