"""Digital help on other pages: search, digest, yearly report, link cards, site map."""

import datetime as dt

import pytest
from django.utils import timezone

from cms.hooks import card_kinds, sitemap_entries_of_apps
from digests.queries.items import Window
from digests.queries.layout import LAYOUT
from digests.queries.selection import SECTIONS
from digests.queries.sources import WORKSHOPS
from indicators.hooks import Period
from indicators.restitution.queries.measures import measures_of
from tests.factories import PlaceFactory
from tests.inclusion.learning import ResourceFactory, WorkshopFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

DAY = dt.timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now()


def workshops_in_digest(now):
    window = Window(start=now - 7 * DAY, end=now, soon_from=now, soon_until=now + 7 * DAY)
    return [item.object for item in WORKSHOPS.in_window(window, now=now)]


@pytest.mark.one_database
def test_new_upcoming_workshop_is_listed_in_the_digest(now):
    new = WorkshopFactory(published_at=now - DAY, starts_at=now + 9 * DAY)
    WorkshopFactory(published_at=now - 8 * DAY, starts_at=now + 2 * DAY)
    WorkshopFactory(published_at=now - DAY, starts_at=now - DAY / 2)
    WorkshopFactory(published_at=now - DAY, starts_at=now + 9 * DAY, cancelled_because="Salle fermée.")
    WorkshopFactory(published_at=None, starts_at=now + 9 * DAY)
    assert workshops_in_digest(now) == [new]
    assert "workshops" in SECTIONS
    assert "workshops" in LAYOUT


@pytest.mark.one_database
def test_workshop_cancelled_before_sending_is_removed_from_the_digest(now):
    workshop = WorkshopFactory(published_at=now - DAY, starts_at=now + 9 * DAY)
    assert len(WORKSHOPS.by_keys([workshop.pk], now=now)) == 1
    type(workshop).objects.update(cancelled_because="Salle fermée.")
    assert WORKSHOPS.by_keys([workshop.pk], now=now) == []


def test_search_finds_places_resources_and_workshops_but_no_drafts(client):
    published = [
        PlaceFactory(name="Espace zinnia"),
        ResourceFactory(title="Cours de zinnia"),
        WorkshopFactory(title="Atelier zinnia"),
    ]
    hidden = [
        PlaceFactory(name="Zinnia caché", published_at=None),
        PlaceFactory(name="Zinnia parti", left_on=timezone.localdate()),
        ResourceFactory(title="Zinnia brouillon", published_at=None),
        WorkshopFactory(title="Zinnia à venir", published_at=None),
    ]
    content = client.get("/recherche/", {"q": "zinnia"}).content.decode()
    assert all(f'href="{one.get_absolute_url()}"' in content for one in published)
    assert not any(f'href="{one.get_absolute_url()}"' in content for one in hidden)


@pytest.mark.one_database
def test_yearly_report_counts_held_workshops_and_checked_places(now):
    year = Period.of_year(now.year - 1)
    inside = dt.datetime(now.year - 1, 6, 1, 12, tzinfo=dt.UTC)
    WorkshopFactory(starts_at=inside)
    WorkshopFactory(starts_at=inside, cancelled_because="Salle fermée.")
    WorkshopFactory(starts_at=inside - 365 * DAY)
    PlaceFactory(checked_on=inside.date())
    PlaceFactory(checked_on=inside.date(), published_at=None)
    PlaceFactory(checked_on=dt.date(now.year, 1, 1))
    rows = {one.key: one.rows.count() for one in measures_of(year, now) if one.key in ("workshops", "places_checked")}
    assert rows == {"workshops": 1, "places_checked": 1}


def test_public_objects_have_a_link_card_and_a_sitemap_entry():
    published = {"lieux": PlaceFactory(), "ressources": ResourceFactory(), "ateliers": WorkshopFactory()}
    hidden = {"lieux": PlaceFactory(published_at=None), "ateliers": WorkshopFactory(published_at=None)}
    kinds = {kind.slug: kind for kind in card_kinds()}
    paths = {entry.path for entry in sitemap_entries_of_apps()}
    for slug, one in published.items():
        assert kinds[slug].subject(str(one.pk)).title == str(one)
        assert one.get_absolute_url() in paths
    for slug, one in hidden.items():
        assert kinds[slug].subject(str(one.pk)) is None
        assert one.get_absolute_url() not in paths
    assert kinds["lieux"].subject("²") is None
