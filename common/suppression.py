"""Suppression of small counts: no group of fewer than five people can be read, nor found by subtraction.

A count below `MIN_COUNT` is hidden, unless nobody is in it: a zero tells of no one. The total is published, so what is
hidden has a sum that is known. They are therefore hidden together, with others, until these things hold:

- there are at least two of them, or the one would be the difference;
- their sum is at least `MIN_COUNT`, or together they would be a group that is too small;
- they are not all one, nor all the largest count that is hidden by itself: their sum would tell each of them.

The others are taken in the order of the groups, whatever their counts: to take the smallest would tell a reader who
knows the rule that they are the smallest. Where no set will do, nothing is published, not even the total. Statistical
offices call this primary and secondary suppression; `tests/common/test_suppression.py` enumerates all that such a
reader cannot rule out.

Answers to questions, by group, have a rule of their own, since here the whole is worth publishing too: `shows_groups`.
`tests/common/test_group_suppression.py` enumerates that one, and the rules that seemed as good and were not.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

MIN_COUNT = 5


def few() -> str:
    """Returns what stands in the place of a number of people that is hidden because it is small."""
    return _("fewer than %(least)s") % {"least": MIN_COUNT}


def publishable(counts: Mapping[str, int]) -> dict[str, int | None] | None:
    """Returns the counts with None where one is hidden, or None where nothing may be published."""
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
    """What one group answered to one question: its people, those who answered, and those who named each choice."""

    people: int
    answered: int
    named: tuple[int, ...]

    def cells(self) -> Iterator[int]:
        """Yields each number of people that a reader of these figures reads, or finds by subtraction.

        The last one is how often a person named more than one choice: with two choices, those who named both.
        """
        yield self.people
        yield self.people - self.answered
        for count in self.named:
            yield count
            yield self.answered - count
        yield max(0, sum(self.named) - self.answered)


def shows_groups(tables: Iterable[GroupAnswers]) -> bool:
    """Returns whether answers may be shown by group: if each cell of each group in each question is 0 or `MIN_COUNT`.

    They are shown by group for all questions, or else whole for all: never both, and then no group's size stands
    anywhere. Whoever knows the rule and reads the whole cannot tell any small cell of a group: for each way in which
    the groups may have answered, another one has the same whole and is withheld too.
    """
    return all(_is_large_or_empty(count) for table in tables for count in table.cells())


def _is_large_or_empty(count: int) -> bool:
    return count == 0 or count >= MIN_COUNT
