"""Suppression of small counts: no group of fewer than five people can be read, nor found by subtraction.

A count below `MIN_COUNT` is hidden, unless it is zero, which reveals nobody. Since the total is published, the sum of
the hidden counts is known. More counts are therefore hidden, until all of these hold:

- at least two are hidden, or the difference would reveal the one;
- their sum is at least `MIN_COUNT`, or together they would be a group that is too small;
- they are not all 1, nor all `MIN_COUNT` - 1: their sum would reveal each of them.

Further counts are hidden in the order of the groups, independent of their values: choosing the smallest would reveal to
readers who know the rule that they are the smallest. If no set suffices, nothing is published, not even the total.
Statistical offices call this primary and secondary suppression; `tests/common/test_suppression.py` enumerates all that
such a reader cannot rule out.

Answers to questions by group have a rule of their own, since the total is worth publishing too: `shows_groups`.
`tests/common/test_group_suppression.py` enumerates this rule, and rejected alternatives.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

MIN_COUNT = 5


def few() -> str:
    """Returns the label in place of a suppressed number of people."""
    return _("fewer than %(least)s") % {"least": MIN_COUNT}


def publishable(counts: Mapping[str, int]) -> dict[str, int | None] | None:
    """Returns the counts with None for hidden ones, or None if nothing may be published."""
    if 0 < sum(counts.values()) < MIN_COUNT:
        return None
    hidden = {key for key, count in counts.items() if 0 < count < MIN_COUNT}
    others = [key for key, count in counts.items() if count >= MIN_COUNT]
    while hidden and not _safe([counts[key] for key in hidden]):
        if not others:
            return None
        hidden.add(others.pop(0))
    return {key: None if key in hidden else count for key, count in counts.items()}


def _safe(hidden: list[int]) -> bool:
    is_revealed = set(hidden) in ({1}, {MIN_COUNT - 1})
    return len(hidden) >= 2 and sum(hidden) >= MIN_COUNT and not is_revealed


@dataclass(frozen=True)
class GroupAnswers:
    """Answers of a group to a question: number of people, of answers, and of people per choice."""

    people: int
    answered: int
    named: tuple[int, ...]

    def cells(self) -> Iterator[int]:
        """Yields each number of people that can be read or computed from these figures.

        The last one is the number of additional choices: with two choices, the people who chose both.
        """
        yield self.people
        yield self.people - self.answered
        for count in self.named:
            yield count
            yield self.answered - count
        yield max(0, sum(self.named) - self.answered)


def shows_groups(tables: Iterable[GroupAnswers]) -> bool:
    """Returns whether answers may be published by group: if each cell is 0 or at least `MIN_COUNT`.

    Either all questions are published by group, or all as totals without any group size. Totals do not reveal small
    cells, even to readers who know the rule: for each possible distribution by group, another one has the same totals
    and is withheld too.
    """
    return all(_is_large_or_empty(count) for table in tables for count in table.cells())


def _is_large_or_empty(count: int) -> bool:
    return count == 0 or count >= MIN_COUNT
