"""French full-text search on both databases: the query is reduced to words, without search syntax.

Both look for each word in singular and plural. PostgreSQL also stems French words and ignores accents (its
configuration is created by a migration of `home`). SQLite's FTS5 ignores accents but has no French stemmer: longer
words are used as prefixes.
"""

import re
import unicodedata
from typing import Any

QUERY_MAX_LENGTH = 120
MAX_WORDS = 8
# Stop words of PostgreSQL's French dictionary. A query of stop words only keeps them.
STOP_WORDS = frozenset(
    """
    au aux avec ce ces dans de des du elle en est et eux il je la le les leur lui ma mais me mes moi mon ne nos notre
    nous on ou par pas pour qu que qui sa se ses son sont sur ta te tes toi ton tu un une vos votre vous
    """.split()  # noqa: SIM905
)
# Minimum length of a word that is used as a prefix.
SHORTEST_BEGINNING = 4


def clean_query(text: str) -> str:
    """Returns the query on one line, without control characters, truncated to `QUERY_MAX_LENGTH`."""
    printable = text[:1_000]
    if not printable.isprintable():
        printable = "".join(" " if unicodedata.category(char).startswith("C") else char for char in printable)
    return " ".join(unicodedata.normalize("NFC", printable).split())[:QUERY_MAX_LENGTH].strip()


def words(text: str) -> list[str]:
    """Returns the words of `text` to look for, in lowercase, without punctuation, elided articles and stop words.

    Quotes, apostrophes and operators separate words, so that none of them has a meaning for the engine.
    """
    all_words = list(dict.fromkeys(re.findall(r"[^\W_]+", clean_query(text).lower())))
    meaningful = [word for word in all_words if len(word) > 1 and fold(word) not in STOP_WORDS]
    return (meaningful or all_words)[:MAX_WORDS]


class _Folded(dict[int, str]):
    """Cache of characters without accents, in lowercase."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = unicodedata.normalize("NFD", chr(code))[0].lower()[0]
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Returns `text` without accents, in lowercase, with the same length: positions apply to `text` too."""
    if not text.isascii():
        # Per distinct character: most have no accent.
        for sign in set(text):
            if sign > "\x7f":
                text = text.replace(sign, _FOLDED[ord(sign)])
    return text.lower()


def spellings(word: str) -> list[str]:
    """Returns `word` in singular and plural, and with œ as one or two letters.

    Plurals end with s or x, or follow "journal, journaux" or "travail, travaux". Forms that do not exist find nothing.
    """
    singular = word[:-1] if len(word) > 3 and word[-1] in "sx" else word
    forms = [word, singular, f"{singular}s", f"{singular}x"]
    if len(word) > 3 and word.endswith(("al", "ail")):
        forms.append(f"{word.removesuffix('l').removesuffix('i')}ux")
    if len(word) > 4 and word.endswith("aux"):
        forms += [f"{word[:-2]}l", f"{word[:-2]}il"]
    return list(dict.fromkeys(written for form in forms for written in ligatures(form)))


def ligatures(word: str) -> list[str]:
    """Returns `word` with œ as one and two letters: "œuvre", "oeuvre"."""
    return list(dict.fromkeys([word, word.replace("œ", "oe"), word.replace("oe", "œ")]))


def root(word: str) -> str:
    """Returns a common prefix of `word` and its spellings, without accents, and with œ as two letters."""
    folded = fold(word).replace("œ", "oe")
    return folded[: max(1, len(folded) - 3)]


def beginnings(word: str) -> list[str]:
    """Returns the prefixes to look for, with both spellings of œ; empty for a short word."""
    return ligatures(word) if len(word) >= SHORTEST_BEGINNING else []


def same_words(text: str, others: list[str]) -> bool:
    """Returns whether `text` consists of the words `others`, in this order, ignoring accents and plural."""
    if others and root(others[0]) not in fold(text).replace("œ", "oe"):
        # Fast path for most titles.
        return False
    text_words = words(text)
    return len(text_words) == len(others) and all(
        fold(other) in map(fold, spellings(word)) for word, other in zip(text_words, others, strict=True)
    )


def hidden(text: str) -> str:
    """Returns `text` marked as invisible in the index."""
    return f"⟦{text}⟧"


def without_hidden(indexed: str) -> str:
    """Returns indexed text without the parts marked by `hidden`."""
    return re.sub("⟦[^⟧]*⟧", "", indexed)


class WordsOnly:
    """Mixin of search backends: reduces the query to words. Without words there are no results."""

    def _search(self, query_compiler_class: Any, query: Any, model_or_queryset: Any, **kwargs: Any) -> Any:
        if isinstance(query, str):
            query = " ".join(words(query))
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)  # type: ignore[misc]
