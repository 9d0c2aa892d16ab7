"""French search on both databases: what a reader types becomes words, and nothing else reaches the engine.

PostgreSQL stems French words and ignores accents (its configuration is made by a migration of `home`). SQLite's FTS5
ignores accents but knows no French: each word is looked for in the singular and the plural, and as a beginning.
"""

import re
import unicodedata
from typing import Any

QUERY_MAX_LENGTH = 120
MAX_WORDS = 8
# Words that PostgreSQL's French dictionary drops as well. A query made of nothing else keeps them.
STOP_WORDS = frozenset(
    """
    au aux avec ce ces dans de des du elle en est et eux il je la le les leur lui ma mais me mes moi mon ne nos notre
    nous on ou par pas pour qu que qui sa se ses son sont sur ta te tes toi ton tu un une vos votre vous
    """.split()  # noqa: SIM905
)
# A word of so many letters also finds the longer words that begin with it.
SHORTEST_BEGINNING = 4


def clean_query(text: str) -> str:
    """Returns what a reader typed on one line, without control characters, cut at `QUERY_MAX_LENGTH`."""
    printable = "".join(" " if unicodedata.category(char).startswith("C") else char for char in text[:1_000])
    return " ".join(unicodedata.normalize("NFC", printable).split())[:QUERY_MAX_LENGTH].strip()


def words(text: str) -> list[str]:
    """Returns the words of `text` to look for, in lowercase: no sign, no elided article, no stop word.

    Quotes, apostrophes and operators separate words, so that none of them means anything to an engine.
    """
    found = list(dict.fromkeys(re.findall(r"[^\W_]+", clean_query(text).lower())))
    meaningful = [word for word in found if len(word) > 1 and fold(word) not in STOP_WORDS]
    return (meaningful or found)[:MAX_WORDS]


def fold(text: str) -> str:
    """Returns `text` without accents, in lowercase, sign for sign: positions in the result hold in `text`."""
    return "".join(unicodedata.normalize("NFD", char)[0].lower()[0] for char in text)


def spellings(word: str) -> list[str]:
    """Returns `word` as it is, in the singular and in the plural: with s, with x, or as in "journal, journaux"."""
    singular = word[:-1] if len(word) > 3 and word[-1] in "sx" else word
    forms = [word, singular, f"{singular}s", f"{singular}x"]
    if len(word) > 3 and word.endswith("al"):
        forms.append(f"{word[:-1]}ux")
    if len(word) > 4 and word.endswith("aux"):
        forms.append(f"{word[:-2]}l")
    return list(dict.fromkeys(forms))


def is_beginning(word: str) -> bool:
    """Says whether `word` is long enough to stand for all the words that begin with it."""
    return len(word) >= SHORTEST_BEGINNING


class WordsOnly:
    """Mixin of a search backend: a text to search is cut into words first. No word at all finds nothing."""

    def _search(self, query_compiler_class: Any, query: Any, model_or_queryset: Any, **kwargs: Any) -> Any:
        if isinstance(query, str):
            query = " ".join(words(query))
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)  # type: ignore[misc]
