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


def listed_criteria(now):
    window = Window(start=now - 7 * DAY, end=now, soon_from=now, soon_until=now + 7 * DAY)
    return {item.object: item.at for item in CRITERIA.in_window(window, now=now)}


def test_new_criterion_is_listed_and_a_draft_is_not(now):
    new = make_criterion(published_at=now - DAY)
    make_criterion(published_at=now - 8 * DAY)
    make_criterion(published=False)
    assert listed_criteria(now) == {new: now - DAY}


def test_corrections_of_a_criterion_are_listed_together(now):
    old = make_criterion(published_at=now - 90 * DAY)
    for name in ("Lyon", "Nantes"):
        city = make_city(name)
        published(city, old, "oui", now=now - 80 * DAY)
        published(city, old, "non", now=now - DAY, reason="Le site a fermé.")
    assert listed_criteria(now) == {old: now - DAY}


def test_first_observations_and_pending_ones_are_left_out(now):
    old = make_criterion(published_at=now - 90 * DAY)
    city = make_city()
    published(city, old, "oui", now=now - DAY)
    recorded(city, old, "non", reason="Le site a fermé.")
    assert listed_criteria(now) == {}


def test_by_keys_returns_public_criteria_only(now):
    criterion = make_criterion(published_at=now - DAY)
    assert [item.object for item in CRITERIA.by_keys([criterion.pk], now=now)] == [criterion]
    type(criterion).objects.update(published_at=None)
    assert CRITERIA.by_keys([criterion.pk], now=now) == []
