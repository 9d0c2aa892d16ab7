"""Results by group or only in total: no reader who knows the rule can derive a cell of one to four people.

A world is the number of people per answer, for each group and question. The reader knows the rule and the published
figures: the possible worlds are those that publish the same. A cell leaks if they all agree on it.
"""

import itertools
import os
from collections import defaultdict
from functools import partial

import pytest

from common.suppression import MIN_COUNT, GroupAnswers, publishable, shows_groups

LONG = bool(os.environ.get("LONG"))

# Cells of one to four people, as counted when the rule was designed.
COUNTED_BEFORE = 21_950


def splits(people, parts):
    """Yields every distribution of `people` over `parts` cells."""
    for bars in itertools.combinations(range(people + parts - 1), parts - 1):
        edges = (-1, *bars, people + parts - 1)
        yield tuple(right - left - 1 for left, right in itertools.pairwise(edges))


def worlds(people, *, groups, questions):
    """Yields every world of `people`: for each group, a tuple of cells for each question."""
    for sizes in splits(people, groups):
        answers = (itertools.product(*(splits(size, cells) for cells in questions)) for size in sizes)
        yield from itertools.product(*answers)


def whole(world):
    """Returns the total of each cell over all groups, by question."""
    return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*world, strict=True))


def is_small(count):
    return 0 < count < MIN_COUNT


def one_choice(cells):
    """The last cell counts people without an answer."""
    return GroupAnswers(sum(cells), sum(cells[:-1]), cells[:-1])


def two_choices(cells):
    """Cells of people with the first of two choices, the second, both, none."""
    first, second, both, _ = cells
    return GroupAnswers(sum(cells), first + second + both, (first + both, second + both))


def by_group_or_whole(world, aggregate=one_choice):
    """Current rule."""
    tables = [aggregate(cells) for answers in world for cells in answers]
    if shows_groups(tables):
        return ("by group", tuple(tables))
    return ("whole", whole_of(world, aggregate))


def whole_of(world, aggregate):
    return tuple((table.people, table.answered, table.named) for table in map(aggregate, whole(world)))


def each_question_for_itself(world):
    """Rejected: a question by group if its own cells are large enough, with sizes of groups and totals in any case."""
    questions = zip(*world, strict=True)
    shown = tuple(rows if shows_groups(map(one_choice, rows)) else None for rows in questions)
    return shown, tuple(sum(answers[0]) for answers in world), whole(world)


def rounded_beside_the_whole(world):
    """Rejected: cells rounded to the nearest five, with exact margins."""
    rounded = tuple(MIN_COUNT * ((count + 2) // MIN_COUNT) for answers in world for cells in answers for count in cells)
    return rounded, tuple(sum(answers[0]) for answers in world), whole(world)


def each_group_for_itself(world):
    """Rejected: each group separately, with its size known."""
    shown = []
    for answers in world:
        for cells in answers:
            counts = publishable(dict(enumerate(cells)))
            shown.append((sum(cells), counts and tuple(counts.values())))
    return tuple(shown), whole(world)


def leaks(rule, universe):
    """Returns the number of cells of one to four people that can be derived, and the number of such cells."""
    classes = defaultdict(list)
    for world in universe:
        classes[rule(world)].append(tuple(count for answers in world for cells in answers for count in cells))
    small = known = 0
    for alike in classes.values():
        certain = [len(set(values)) == 1 for values in zip(*alike, strict=True)]
        small += sum(is_small(count) for world in alike for count in world)
        known += len(alike) * sum(
            is_certain and is_small(count) for is_certain, count in zip(certain, alike[0], strict=True)
        )
    return known, small


def universes(more):
    """Returns names of shapes with all their worlds: every number of people up to a bound.

    The published figures reveal the number of people, so each number is a universe of its own.
    """
    return {
        "two groups, two cells": [(n, 2, (2,)) for n in range(22 + more)],
        "two groups, three cells": [(n, 2, (3,)) for n in range(12 + more)],
        "three groups, two cells": [(n, 3, (2,)) for n in range(12 + more)],
        "two groups, two questions": [(n, 2, (2, 2)) for n in range(12 + more)],
    }


def count_leaks(rule, more=0):
    found = [
        leaks(rule, worlds(people, groups=groups, questions=questions))
        for shapes in universes(more).values()
        for people, groups, questions in shapes
    ]
    return tuple(map(sum, zip(*found, strict=True)))


def test_small_cells_cannot_be_derived():
    known, small = count_leaks(by_group_or_whole, more=4 if LONG else 0)
    assert small > COUNTED_BEFORE
    assert known == 0


def test_small_cells_cannot_be_derived_from_two_choices():
    rule = partial(by_group_or_whole, aggregate=two_choices)
    found = [leaks(rule, worlds(people, groups=2, questions=(4,))) for people in range(14 if LONG else 12)]
    assert sum(small for _, small in found) > COUNTED_BEFORE
    assert sum(known for known, _ in found) == 0


@pytest.mark.parametrize("rule", [each_question_for_itself, rounded_beside_the_whole, each_group_for_itself])
def test_small_cells_can_be_derived_under_the_rejected_rules(rule):
    """Control: this reader can derive cells under other rules."""
    assert count_leaks(rule)[0] > 100


@pytest.mark.parametrize(
    ("tables", "shown"),
    [
        ([], True),
        ([GroupAnswers(20, 20, (15, 5)), GroupAnswers(0, 0, (0, 0))], True),
        ([GroupAnswers(20, 20, (16, 4)), GroupAnswers(20, 20, (15, 5))], False),
        ([GroupAnswers(20, 17, (12, 5))], False),
        ([GroupAnswers(20, 20, (17, 12))], False),
        ([GroupAnswers(22, 22, (12, 12))], False),
        ([GroupAnswers(25, 20, (15, 10))], True),
        ([GroupAnswers(3, 3, (3, 0))], False),
    ],
    ids=[
        "no question",
        "large cells, an empty group",
        "four people chose",
        "three people did not answer",
        "three people did not name a choice",
        "two people named both",
        "five people named both, five did not answer",
        "a small group",
    ],
)
def test_shows_groups(tables, shown):
    assert shows_groups(tables) is shown
