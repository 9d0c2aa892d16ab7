"""Suppression of small counts: no group of fewer than five people can be read or derived by subtraction."""

import itertools
import random

import pytest

from common import suppression
from common.suppression import MIN_COUNT, publishable

KEYS = "abcd"


def consistent(shown, total):
    """Yields every world that a reader who knows the rule cannot exclude from the published figures."""
    hidden = [key for key, count in shown.items() if count is None]
    left = total - sum(count for count in shown.values() if count is not None)
    for values in itertools.product(range(1, left + 1), repeat=len(hidden)):
        if sum(values) == left:
            world = {**shown, **dict(zip(hidden, values, strict=True))}
            if publishable(world) == shown:
                yield world


def check(counts):
    shown = publishable(counts)
    if shown is None:
        return
    hidden = [key for key in counts if shown[key] is None]
    assert all(shown[key] == counts[key] for key in counts if key not in hidden)
    assert all(counts[key] == 0 or counts[key] >= MIN_COUNT or key in hidden for key in counts)
    if not hidden:
        return
    assert sum(counts[key] for key in hidden) >= MIN_COUNT
    worlds = list(consistent(shown, sum(counts.values())))
    assert counts in worlds
    for key in hidden:
        if counts[key] < MIN_COUNT:
            assert len({world[key] for world in worlds}) > 1, (counts, shown, key)


@pytest.mark.thorough
def test_every_small_world():
    """All counts of four groups of up to nine people each."""
    for values in itertools.product(range(10), repeat=4):
        check(dict(zip(KEYS, values, strict=True)))


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(1, 5))])
def test_random_larger_worlds(seed):
    chance = random.Random(seed)
    for _ in range(60):
        check({key: chance.choice([0, 1, 2, 3, 4, 5, 6, 8, chance.randrange(9, 40)]) for key in "abc"})


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((20, 15, 0, 0), (20, 15, 0, 0)),
        ((20, 9, 3, 0), (None, 9, None, 0)),
        ((20, 9, 3, 2), (20, 9, None, None)),
        ((20, 9, 1, 1), (None, 9, None, None)),
        ((3, 1, 0, 0), None),
        ((7, 0, 0, 0), (7, 0, 0, 0)),
        ((3, 3, 0, 0), (None, None, 0, 0)),
    ],
)
def test_publishable(counts, shown):
    expected = None if shown is None else dict(zip(KEYS, shown, strict=True))
    assert publishable(dict(zip(KEYS, counts, strict=True))) == expected


def test_check_detects_a_rule_that_hides_the_smallest_count(monkeypatch):
    """Control: that rule reveals that 10 is 4 + 6, because 6 + 4 would have hidden another count."""
    monkeypatch.setitem(globals(), "publishable", by_size)
    with pytest.raises(AssertionError):
        check({"a": 6, "b": 6, "c": 4})


def by_size(counts):
    return publish(dict(sorted(counts.items(), key=lambda item: (item[1], item[0]))), counts)


def publish(ordered, counts):
    shown = suppression.publishable(ordered)
    return None if shown is None else {key: shown[key] for key in counts}
