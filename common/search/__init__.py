"""French search on both databases: what a reader types becomes words, and nothing else reaches the engine.

Each word is looked for in the singular and the plural, on both. PostgreSQL also stems French words and ignores accents
(its configuration is made by a migration of `home`). SQLite's FTS5 ignores accents but knows no French: a longer word
also finds those that begin with it.
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
    printable = text[:1_000]
    if not printable.isprintable():
        printable = "".join(" " if unicodedata.category(char).startswith("C") else char for char in printable)
    return " ".join(unicodedata.normalize("NFC", printable).split())[:QUERY_MAX_LENGTH].strip()


def words(text: str) -> list[str]:
    """Returns the words of `text` to look for, in lowercase: no sign, no elided article, no stop word.

    Quotes, apostrophes and operators separate words, so that none of them means anything to an engine.
    """
    found = list(dict.fromkeys(re.findall(r"[^\W_]+", clean_query(text).lower())))
    meaningful = [word for word in found if len(word) > 1 and fold(word) not in STOP_WORDS]
    return (meaningful or found)[:MAX_WORDS]


class _Folded(dict[int, str]):
    """Each sign without its accents, in lowercase: found once in a process."""

    def __missing__(self, code: int) -> str:
        found = self[code] = unicodedata.normalize("NFD", chr(code))[0].lower()[0]
        return found


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Returns `text` without accents, in lowercase, sign for sign: positions in the result hold in `text`."""
    if not text.isascii():
        # One sign at a time: most signs of a long text have no accent.
        for sign in set(text):
            if sign > "\x7f":
                text = text.replace(sign, _FOLDED[ord(sign)])
    return text.lower()


def spellings(word: str) -> list[str]:
    """Returns `word` as it is, in the singular and in the plural, and with œ written in one sign or in two.

    The plural takes s or x, or is that of "journal, journaux" or of "travail, travaux". Some forms are no words of
    French: they find nothing.
    """
    singular = word[:-1] if len(word) > 3 and word[-1] in "sx" else word
    forms = [word, singular, f"{singular}s", f"{singular}x"]
    if len(word) > 3 and word.endswith(("al", "ail")):
        forms.append(f"{word.removesuffix('l').removesuffix('i')}ux")
    if len(word) > 4 and word.endswith("aux"):
        forms += [f"{word[:-2]}l", f"{word[:-2]}il"]
    return list(dict.fromkeys(written for form in forms for written in ligatures(form)))


def ligatures(word: str) -> list[str]:
    """Returns `word` as it is, with œ in one sign and in two: "œuvre", "oeuvre"."""
    return list(dict.fromkeys([word, word.replace("œ", "oe"), word.replace("oe", "œ")]))


def root(word: str) -> str:
    """Returns what `word` and all its spellings begin with, without accents, and with œ in two signs."""
    folded = fold(word).replace("œ", "oe")
    return folded[: max(1, len(folded) - 3)]


def beginnings(word: str) -> list[str]:
    """Returns what longer words that `word` stands for begin with: nothing if it is too short."""
    return ligatures(word) if len(word) >= SHORTEST_BEGINNING else []


def same_words(text: str, others: list[str]) -> bool:
    """Returns whether `text` is made of the words `others`, in this order, whatever their accents and plural."""
    if others and root(others[0]) not in fold(text).replace("œ", "oe"):
        # Most titles: they need not be cut into words.
        return False
    mine = words(text)
    return len(mine) == len(others) and all(
        fold(theirs) in map(fold, spellings(one)) for one, theirs in zip(mine, others, strict=True)
    )


def hidden(text: str) -> str:
    """Returns `text` as the index holds words that readers do not see."""
    return f"⟦{text}⟧"


def without_hidden(indexed: str) -> str:
    """Returns the text that was indexed, without what `hidden` put there."""
    return re.sub("⟦[^⟧]*⟧", "", indexed)


class WordsOnly:
    """Mixin of a search backend: a text to search is cut into words first. No word at all finds nothing."""

    def _search(self, query_compiler_class: Any, query: Any, model_or_queryset: Any, **kwargs: Any) -> Any:
        if isinstance(query, str):
            query = " ".join(words(query))
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)  # type: ignore[misc]
