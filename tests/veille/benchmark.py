"""Objects of the comparison for tests: tests pass the values that matter, the others have plausible defaults."""

import datetime as dt
import itertools

from django.utils import timezone

from common.shown import BY_PROGRAM
from tests.factories import UserFactory
from veille.benchmark.services import ObservationInput, publish, record
from veille.models import City, Criterion

NUMBERS = itertools.count(1)
SOURCE = "https://ville.example/rapport"


def make_city(name="", **fields):
    number = next(NUMBERS)
    name = name or f"Métropole {number}"
    plain = {"siren": f"{number:09}", "slug": f"ville-{number}", "population": 500_000, "population_year": 2016}
    return City.objects.create(name=name, population_source=SOURCE, **plain | fields)


def make_criterion(question="", kind="answer", *, published=True, **fields):
    number = next(NUMBERS)
    plain = {"slug": f"critere-{number}", "definition": "On regarde le site.", "kind": kind}
    plain["published_at"] = timezone.now() if published else None
    return Criterion.objects.create(question=question or f"Question {number} ?", **plain | fields)


def editor():
    """Returns a user who may record and review observations."""
    return UserFactory(is_staff=True, is_superuser=True)


def recorded(city, criterion, value="oui", *, by=None, **fields):
    now = timezone.now()
    plain = {"source_url": SOURCE, "source_title": "Rapport", "source_seen_on": now.date() - dt.timedelta(days=1)}
    data = ObservationInput(city=city, criterion=criterion, value=value, **plain | fields)
    return record(data, by=by or editor(), now=now)


def published(city, criterion, value="oui", *, by=None, reader=None, now=None, **fields):
    now = now or timezone.now()
    observation = recorded(
        city, criterion, value, by=by, **{"source_seen_on": now.date() - dt.timedelta(days=1)} | fields
    )
    publish(observation=observation, reader=reader or editor(), now=now, shown=BY_PROGRAM)
    return observation
