"""Highlighting of search words in a text."""

import re
from collections.abc import Iterator
from functools import lru_cache

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from common.search import beginnings, fold, spellings

EXTRACT_LENGTH = 220
BEFORE_THE_WORD = 80
LETTER = r"[^\W_]"


def extract(text: str, terms: list[str]) -> SafeString:
    """Returns the excerpt of `text` around the first match, on one line, escaped, with matches in `<mark>`."""
    text = " ".join(text.split())
    match = next(_matches(text, terms), None)
    first, after = match.span() if match else (0, 0)
    start = max(0, first - BEFORE_THE_WORD)
    if start:
        # A long word around the match, such as a URL, is cut.
        start = max(start, text.find(" ", start, first) + 1)
    end = len(text) if len(text) - start <= EXTRACT_LENGTH else text.rfind(" ", after, start + EXTRACT_LENGTH)
    if end <= start:
        end = start + EXTRACT_LENGTH
    marked = highlight(text[start:end], terms)
    return format_html("{}{}{}", "… " if start else "", marked, " …" if end < len(text) else "")


def highlight(text: str, terms: list[str]) -> SafeString:
    """Returns `text`, escaped, with matches of `terms` in `<mark>`, ignoring accents and plural."""
    pieces, position = [], 0
    for match in _matches(text, terms):
        pieces.append(conditional_escape(text[position : match.start()]))
        pieces.append(format_html("<mark>{}</mark>", text[match.start() : match.end()]))
        position = match.end()
    pieces.append(conditional_escape(text[position:]))
    # Every piece was escaped above.
    return mark_safe("".join(pieces))


def _matches(text: str, terms: list[str]) -> Iterator[re.Match[str]]:
    """Yields the matching words of `text`, with their positions."""
    return _pattern(tuple(terms)).finditer(fold(text))


@lru_cache(maxsize=64)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Returns the pattern of whole words, for text without accents; cached, as a page of results uses it 70 times."""
    words = [f"{fold(beginning)}{LETTER}*" for term in terms for beginning in beginnings(term)]
    words += [fold(spelling) for term in terms for spelling in spellings(term)]
    return re.compile(rf"(?<!{LETTER})(?:{'|'.join(words) or '(?!)'})(?!{LETTER})")
