"""Suggestions for a search without results: existing words similar to those typed.

Independent of the database: words come from the caller, and the comparison from the standard library.
"""

import difflib
import re
from collections.abc import Iterable
from itertools import pairwise

from common.search import STOP_WORDS, fold, spellings

MAX_SUGGESTIONS = 4
PER_WORD = 2
# Shorter words resemble too many others.
SHORTEST_WORD = 4
# Minimum similarity of two words, from 0 to 1: one or two different letters in a word of eight.
LIKENESS = 0.75
MAX_DIFFERENCE_IN_LENGTH = 2


def suggest(terms: list[str], texts: Iterable[str]) -> list[str]:
    """Returns words of `texts` to try instead of `terms`, the most similar first, in their original spelling.

    An existing term is suggested by itself if there are others: together they have no results.
    """
    vocabulary: dict[str, str] = {}
    for text in texts:
        for word in re.findall(r"[^\W\d_]+", text.lower()):
            if len(word) >= SHORTEST_WORD and (folded := fold(word)) not in STOP_WORDS:
                vocabulary.setdefault(folded, word)
    suggestions: list[str] = []
    for term in terms:
        if existing := next((vocabulary[fold(form)] for form in spellings(term) if fold(form) in vocabulary), ""):
            suggestions += [existing] if len(terms) > 1 else []
        else:
            suggestions += [vocabulary[folded] for folded in _close(fold(term), vocabulary)]
    return _unique(suggestions)[:MAX_SUGGESTIONS]


def _unique(words: list[str]) -> list[str]:
    """Returns `words` without words that find the same as another one, such as plurals."""
    unique: dict[str, str] = {}
    for word in words:
        if fold(word) not in unique:
            unique |= dict.fromkeys(map(fold, spellings(word)), "") | {fold(word): word}
    return [word for word in unique.values() if word]


def _close(folded: str, vocabulary: Iterable[str]) -> list[str]:
    """Returns similar words; preselects by length and common pairs of letters, which is fast."""
    if len(folded) < SHORTEST_WORD:
        return []
    pairs = _pairs(folded)
    candidates = [
        word
        for word in vocabulary
        if abs(len(word) - len(folded)) <= MAX_DIFFERENCE_IN_LENGTH
        and len(pairs.intersection(_pairs(word))) >= max(2, len(folded) // 3)
    ]
    return difflib.get_close_matches(folded, candidates, n=PER_WORD, cutoff=LIKENESS)


def _pairs(word: str) -> set[str]:
    return {first + second for first, second in pairwise(word)}
