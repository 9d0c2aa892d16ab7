"""Word-by-word differences between two plain texts."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.templatetags.typography import typo

# A word, the following white space, or one sign.
TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


def mark(before: str, after: str) -> SafeString:
    """Returns `after`, escaped, with added words in `<ins>` and removed words in `<del>`."""
    return _marked(TOKENS.findall(before), TOKENS.findall(after))


def mark_lines(before: str, after: str) -> SafeString:
    """Returns the same as `mark`, comparing whole lines, for file names."""
    return _marked(*([f"{line}\n" for line in text.splitlines()] for text in (before, after)))


def _marked(before: list[str], after: list[str]) -> SafeString:
    """Returns `after` with the changes marked, also in hidden words: few screen readers announce the elements."""
    pieces: list[SafeString] = []
    for removed, added, unchanged in _changes(before, after):
        if removed:
            pieces.append(_annotated("del", _("removed:"), removed, _("end of what was removed")))
        if added:
            pieces.append(_annotated("ins", _("added:"), added, _("end of what was added")))
        pieces.append(typo(unchanged))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _changes(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yields (removed, added, kept) texts in order. Replaced words separated by a space are merged."""
    removed = added = ""
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (change, old_from, old_to, new_from, new_to) in enumerate(opcodes, start=1):
        old_text, new_text = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if change == "equal" and (new_text.strip() or place == len(opcodes) or not (removed and added)):
            yield removed, added, new_text
            removed = added = ""
        else:
            removed, added = removed + old_text, added + new_text
    yield removed, added, ""


def _annotated(element: str, prefix: str, text: str, suffix: str) -> SafeString:
    return format_html(
        '<{0}><span class="visually-hidden"> {1} </span>{2}<span class="visually-hidden"> ({3}) </span></{0}>',
        element,
        prefix,
        typo(text),
        suffix,
    )
