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
"""

from collections.abc import Mapping

MIN_COUNT = 5


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
