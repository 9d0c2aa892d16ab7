"""Timing comparison of two kinds of requests: can their durations tell them apart?"""

import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Comparison:
    """Medians in milliseconds of `known` and `unknown`, and the probability of such a difference by chance."""

    known: float
    unknown: float
    p: float

    @property
    def difference(self) -> float:
        return abs(self.known - self.unknown)


def mann_whitney(some: Sequence[float], others: Sequence[float]) -> float:
    """Returns the two-sided p-value of the rank test (normal approximation, good from about twenty values on)."""
    ordered = sorted([*((value, 0) for value in some), *((value, 1) for value in others)])
    ranks, place = 0.0, 0
    while place < len(ordered):
        ties = sum(value == ordered[place][0] for value, _group in ordered[place:])
        middle = place + (ties + 1) / 2
        ranks += middle * sum(group == 0 for _, group in ordered[place : place + ties])
        place += ties
    n, m = len(some), len(others)
    u = ranks - n * (n + 1) / 2
    deviation = math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(u - n * m / 2) / deviation / math.sqrt(2))


def compare(known: Callable[[int], object], unknown: Callable[[int], object], *, times: int, warm: int) -> Comparison:
    """Runs both functions `times` times, alternating in a varying order, after `warm` runs that are not counted."""
    taken: dict[Callable[[int], object], list[float]] = {known: [], unknown: []}
    for number in range(warm + times):
        for one in random.sample([known, unknown], 2):
            begun = perf_counter()
            one(number)
            if number >= warm:
                taken[one].append((perf_counter() - begun) * 1_000)
    p = mann_whitney(taken[known], taken[unknown])
    return Comparison(statistics.median(taken[known]), statistics.median(taken[unknown]), p)
