"""Finding the words of a decision again where people wrote them a second time, in plain text and in HTML."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

from wagtail.models import Revision

TOKEN = re.compile(r"\w+|[^\w\s]")
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)[^>]*>")
# Spaces, tags of HTML, and the marks of `common.markdown`.
BETWEEN = r"(?:\s|&nbsp;|\*\*|\[|\]\([^)]*\)|</?[a-zA-Z][^>]*>)"
# Stands for the sentence while its passage is looked at: a character of private use.
REMOVED = "\ue000"
# Signs that are written in several ways, or escaped.
SAME = {
    "'": "['’]|&#x27;|&#39;",
    "’": "['’]|&#x27;|&#39;",
    '"': '"|&quot;',
    "&": "&amp;|&",
    "<": "&lt;|<",
    ">": "&gt;|>",
}
# A passage ends here: what was removed from one says nothing of the next.
PASSAGE = re.compile(r"(?<=</p>)|(?<=</li>)|(?<=</h\d>)|(?<=\n)")
# So few words may stand anywhere: they are looked for as a whole sentence only.
FEW = 4
SENTENCE_BEGINS = r"(?:(?<=[.!?:;«>\n])|^)(?P<before>\s*)"
SENTENCE_ENDS = r"(?=\s*(?:[.!?:;»<\n]|$))"


def sentence_remover(said: str, instead: str, beside: str = "") -> Callable[[str], str]:
    """Returns a function that puts `instead` in the place of the sentence `said` in a text.

    Case, spaces, tags and the way of writing an apostrophe do not count, nor does the sign at the end. `beside` goes
    from the same paragraph too, and leaves an ellipsis.
    """
    sentence, name = _pattern(said.rstrip(" .!?"), whole=True), _pattern(beside)

    def without(text: str) -> str:
        if sentence is None:
            return text
        passages = PASSAGE.split(_sub(sentence, REMOVED, text))
        cleared = [_sub(name, "[…]", one) if name and REMOVED in one else one for one in passages]
        return "".join(cleared).replace(REMOVED, instead)

    return without


def name_remover(words: str, instead: str = "[…]") -> Callable[[str], str]:
    """Returns a function that puts `instead` in the place of `words`, wherever they stand."""
    pattern = _pattern(words)
    return lambda text: _sub(pattern, instead, text) if pattern else text


def rewrite_revisions(page_id: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Has `change` written into the drafts and former versions of a page: it is given the content of each."""
    for revision in Revision.page_revisions.filter(object_id=str(page_id)).iterator():
        change(revision.content)
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)


def in_all_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Returns `value`, of JSON, with `change` made in each of its texts."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [in_all_texts(one, change) for one in value]
    if isinstance(value, dict):
        return {key: in_all_texts(one, change) for key, one in value.items()}
    return value


def _pattern(words: str, *, whole: bool = False) -> re.Pattern[str] | None:
    tokens = TOKEN.findall(words)
    if not tokens:
        return None
    parts = [rf"(?:{SAME.get(token) or re.escape(escape(token, quote=False))})" for token in tokens]
    pattern = parts[0]
    for before, token, part in zip(tokens, tokens[1:], parts[1:], strict=False):
        both_are_words = before[-1].isalnum() and token[0].isalnum()
        pattern += BETWEEN + ("+" if both_are_words else "*") + part
    if whole and sum(token.isalnum() for token in tokens) < FEW:
        return re.compile(SENTENCE_BEGINS + pattern + SENTENCE_ENDS, re.IGNORECASE)
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


def _sub(pattern: re.Pattern[str], instead: str, text: str) -> str:
    def instead_of(found: re.Match[str]) -> str:
        return found.groupdict().get("before", "") + instead + _unmatched_tags(found[0])

    return pattern.sub(instead_of, text)


def _unmatched_tags(html: str) -> str:
    """The tags that begin or end outside of what is removed, so that the HTML stays whole."""
    left: list[re.Match[str]] = []
    for tag in TAG.finditer(html):
        if tag[0].startswith("</") and left and left[-1][1] == tag[1] and not left[-1][0].startswith("</"):
            left.pop()
        else:
            left.append(tag)
    return "".join(tag[0] for tag in left)
