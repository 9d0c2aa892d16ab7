"""One test per rule over all files: a test for each file and rule, thousands, took longer to count than to run."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def faults(things: Iterable[Thing], look: Callable[[Thing], object]) -> dict[Thing, object]:
    """Returns what `look` finds wrong, by thing: every one that is wrong, not the first alone."""
    return {thing: found for thing in things if (found := look(thing))}
