"""Places: codes of the schema in one column, visibility, pending checks, distance."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from common.communes import Point
from inclusion.models import Need, Place, codes
from inclusion.queries.nearby import by_distance, kilometres
from tests.factories import LONG_AGO, PlaceFactory

TODAY = dt.date(2019, 6, 1)


@pytest.mark.django_db
def test_has_lookup_matches_whole_codes_only():
    free = PlaceFactory(fees=("Gratuit",), emails=("a@b.example", "c@d.example"))
    PlaceFactory(fees=("Gratuit sous condition",))
    assert Place.objects.get(fees__has="Gratuit") == free
    place = Place.objects.get(pk=free.pk)
    assert (place.fees, place.emails) == (("Gratuit",), ("a@b.example", "c@d.example"))
    assert not Place.objects.filter(fees__has="%").exists()


@pytest.mark.django_db
def test_unknown_service_code_is_refused():
    place = PlaceFactory.build(services=("Aide aux démarches",))
    with pytest.raises(ValidationError, match="schéma national"):
        place.full_clean()


@pytest.mark.django_db
def test_public_places_are_published_and_still_listed():
    visible = PlaceFactory()
    PlaceFactory(published_at=None)
    PlaceFactory(left_on=TODAY)
    assert [*Place.objects.public()] == [visible]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("checked", "updated", "expected"),
    [
        (None, None, True),
        (TODAY - dt.timedelta(days=365), None, False),
        (TODAY - dt.timedelta(days=366), None, True),
        (None, TODAY - dt.timedelta(days=365), False),
        (TODAY - dt.timedelta(days=900), TODAY, False),
        (TODAY - dt.timedelta(days=900), TODAY - dt.timedelta(days=366), True),
    ],
    ids=range(6),
)
def test_places_unconfirmed_for_a_year_need_a_check(checked, updated, expected):
    place = PlaceFactory(checked_on=checked, updated_on=updated)
    assert place.needs_check(TODAY) is expected
    assert Place.objects.to_check(TODAY).exists() is expected


@pytest.mark.django_db
def test_database_refuses_longitude_without_latitude():
    place = PlaceFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.filter(pk=place.pk).update(latitude=None)


def test_every_service_of_the_schema_belongs_to_one_need():
    assert sorted(service for need in Need for service in need.services) == sorted(codes.SERVICES)


@pytest.mark.django_db
def test_offering_returns_places_with_a_service_for_the_need():
    useful = PlaceFactory(services=("Loisirs et créations numériques", "Utilisation sécurisée du numérique"))
    PlaceFactory(services=("Aide aux démarches administratives",))
    assert [*Place.objects.offering(Need.CREATE.services)] == [useful]


def test_a_known_distance():
    """Strasbourg to Paris, cathedral to cathedral: 397 km as the crow flies."""
    assert kilometres(Point(48.5818, 7.7509), Point(48.8530, 2.3499)) == pytest.approx(397, abs=1)
    assert kilometres(Point(48.5, 7.7), Point(48.5, 7.7)) == 0


def test_places_are_sorted_by_own_commune_then_distance_then_no_position():
    far = PlaceFactory.build(name="Lingolsheim", insee_code="67267", latitude=48.5585, longitude=7.6926)
    near = PlaceFactory.build(name="Schiltigheim", insee_code="67447", latitude=None, longitude=None)
    own = PlaceFactory.build(name="Strasbourg, loin", latitude=48.50, longitude=7.80)
    nowhere = PlaceFactory.build(name="Ailleurs", insee_code="67448", latitude=None, longitude=None)
    results = by_distance([nowhere, far, near, own], "67482")
    assert [one.place for one in results] == [own, near, far, nowhere]
    assert [one.in_words for one in results] == ["à 8 km", "à environ 5 km", "à 6 km", ""]
    assert [one.km for one in by_distance([far, near])] == [None, None]


@pytest.mark.django_db
def test_factory_creates_a_valid_place():
    place = PlaceFactory()
    place.full_clean()
    assert place.published_at == LONG_AGO
