"""Content of digests, compared with a second, naive implementation of the rules (`worlds.py`).

Runs 60 random sites, of which `make test` runs every fourth, or 200 with LONG=1. The environment variable `WORLDS` sets
another number: 2,000 take some minutes.
"""

import datetime as dt
import os

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from digests.models import Edition, Frequency, Subscriber
from digests.queries.composition import _groups_of, _muted_by, _visible_of, compose
from digests.queries.deliveries import deliveries_for
from digests.queries.layout import LAYOUT, MAX_LINES
from digests.queries.selection import SECTIONS
from tests.digests.factories import DAY, SLOT, SubscriberFactory
from tests.digests.worlds import CUTOFF, Cast, World

pytestmark = pytest.mark.django_db
LONG = bool(os.environ.get("LONG"))
WORLDS = int(os.environ.get("WORLDS") or ("200" if LONG else "60"))
SLICES = 4


def reported_content(deliveries):
    """Returns the content of each of `deliveries`, in the format of `World.expected`."""
    visible = _visible_of(deliveries, SLOT)
    muted = _muted_by(deliveries)
    return [dict(_identities_with_sources(_groups_of(one, visible, muted), visible)) for one in deliveries]


def _identities_with_sources(groups, visible):
    identities = set()
    for group in groups:
        sources = {item.source for item in group.items}
        if "steps" in sources:
            steps = group.items_of("steps")
            sources = (sources - {"steps"}) | {("steps", steps[0].object.from_state, steps[-1].object.to_state)}
        if "addenda" in sources:
            sources = (sources - {"addenda"}) | {("addendum", item.object.body) for item in group.items_of("addenda")}
        if group.comments:
            sources.add(("comments", len(group.comments)))
        identity = group.items[0].identity if group.items else visible.activity[group.discussion.pk].identity
        assert identity not in identities, "a thing is reported twice"
        identities.add(identity)
        yield identity, sources


@pytest.fixture
def edition():
    return Edition.objects.create(
        kind=Frequency.WEEKLY, period_key=dt.date(2026, 11, 23), slot_at=SLOT, cutoff=CUTOFF, expires_at=SLOT + DAY
    )


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.thorough) for part in range(1, SLICES))])
def test_digests_equal_the_naive_rules_over_random_sites(edition, part):
    """Expects 0 leaks, 0 misses, 0 empty digests. Each world is rolled back before the next one."""
    cast = Cast()
    leaks, misses, empty, digests = [], [], [], 0
    for seed in range(part, WORLDS, SLICES):
        with transaction.atomic():
            world = World(cast, seed)
            deliveries = deliveries_for(edition, world.readers, now=SLOT)
            digests_of = zip(world.readers, reported_content(deliveries), compose(deliveries, now=SLOT), strict=True)
            for reader, actual, sections in digests_of:
                expected = world.expected(reader)
                leaks += [
                    (seed, group, sources)
                    for group, sources in actual.items()
                    if not sources <= expected.get(group, set())
                ]
                misses += [
                    (seed, group, sources)
                    for group, sources in expected.items()
                    if not sources <= actual.get(group, set())
                ]
                empty += [seed] if bool(sections) != bool(expected) else []
                digests += bool(sections)
                texts = "\n".join(
                    text for section in sections for line in section.lines for text in (line.title, line.quote)
                )
                leaks += [(seed, secret) for secret in world.secrets() if secret in texts]
                assert sum(len(section.lines) for section in sections) <= MAX_LINES
            transaction.set_rollback(True)
    assert (leaks, misses, empty) == ([], [], [])
    assert digests > (WORLDS // SLICES), "worlds without digests test nothing"


def test_same_rows_give_the_same_digest_a_day_later(edition):
    world = World(Cast(), 7)
    first = compose(deliveries_for(edition, world.readers, now=SLOT), now=SLOT)
    assert first == compose(deliveries_for(edition, world.readers, now=SLOT + DAY), now=SLOT + DAY)


def test_query_count_does_not_depend_on_the_number_of_subscribers(edition):
    World(Cast(), 3)
    few = list(Subscriber.objects.select_related("user"))
    SubscriberFactory.create_batch(30, user=None)
    many = list(Subscriber.objects.select_related("user"))
    counts = []
    for readers in (few, many):
        with CaptureQueriesContext(connection) as queries:
            compose(deliveries_for(edition, readers, now=SLOT), now=SLOT)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_section_has_a_place_and_a_limit():
    assert set(SECTIONS) == set(LAYOUT)
    assert all(1 <= layout.limit <= 5 for layout in LAYOUT.values())
