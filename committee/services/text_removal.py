"""Finds and replaces a sentence or a name in plain text and in HTML, ignoring spacing, markup and punctuation."""

import re
from collections.abc import Callable
from copy import deepcopy
from html import escape
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Revision

TOKEN = re.compile(r"\w+|[^\w\s]")
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)[^>]*>")
# Between two words: spaces, HTML tags, and the markup of `common.markdown`.
BETWEEN = r"(?:\s|&nbsp;|\*\*|\[|\]\([^)]*\)|</?[a-zA-Z][^>]*>)"
# Placeholder of the sentence while its paragraph is searched: a private use character.
REMOVED = "\ue000"
# Characters with several spellings, or escaped.
SPELLINGS = {
    "'": "['’]|&#x27;|&#39;",
    "’": "['’]|&#x27;|&#39;",
    '"': '"|&quot;',
    "&": "&amp;|&",
    "<": "&lt;|<",
    ">": "&gt;|>",
}
# End of a paragraph.
PARAGRAPH = re.compile(r"(?<=</p>)|(?<=</li>)|(?<=</h\d>)|(?<=\n)")
# Shorter texts could match anywhere: they are replaced only as a whole sentence.
SHORT = 4
SENTENCE_BEGINS = r"(?:(?<=[.!?:;«>\n])|^)(?P<before>\s*)"
SENTENCE_ENDS = r"(?=\s*(?:[.!?:;»<\n]|$))"


def sentence_remover(sentence: str, instead: str, beside: str = "") -> Callable[[str], str]:
    """Returns a function that replaces `sentence` by `instead` in a text.

    Case, spaces, tags, the kind of apostrophe and the final punctuation are ignored. `beside` is replaced by an
    ellipsis in the same paragraph.
    """
    pattern, name = pattern_of(sentence.rstrip(" .!?"), whole=True), pattern_of(beside)

    def without(text: str) -> str:
        if pattern is None:
            return text
        paragraphs = PARAGRAPH.split(_sub(pattern, REMOVED, text))
        cleared = [
            _sub(name, "[…]", paragraph) if name and REMOVED in paragraph else paragraph for paragraph in paragraphs
        ]
        return "".join(cleared).replace(REMOVED, instead)

    return without


def name_remover(name: str, instead: str = "[…]") -> Callable[[str], str]:
    """Returns a function that replaces `name` by `instead` everywhere in a text."""
    pattern = pattern_of(name)
    return lambda text: _sub(pattern, instead, text) if pattern else text


def rewrite_revisions(pages: QuerySet[Any], change: Callable[[dict[str, Any]], None]) -> None:
    """Calls `change` with the content of each revision of `pages`, and saves changed contents."""
    keys = [str(key) for key in pages.values_list("pk", flat=True)]
    for revision in Revision.page_revisions.filter(object_id__in=keys).iterator():
        content = deepcopy(revision.content)
        change(content)
        if content != revision.content:
            Revision.objects.filter(pk=revision.pk).update(content=content)


def in_all_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Returns the JSON `value` with `change` applied to each of its strings."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [in_all_texts(nested, change) for nested in value]
    if isinstance(value, dict):
        return {key: in_all_texts(nested, change) for key, nested in value.items()}
    return value


def pattern_of(text: str, *, whole: bool = False) -> re.Pattern[str] | None:
    """Returns the pattern that finds `text` in a text, None if it has no word or sign.

    Ignores case, spaces, markup and the kind of apostrophe. With `whole`, a short text matches as a sentence only.
    """
    tokens = TOKEN.findall(text)
    if not tokens:
        return None
    parts = [rf"(?:{SPELLINGS.get(token) or re.escape(escape(token, quote=False))})" for token in tokens]
    pattern = parts[0]
    for before, token, part in zip(tokens, tokens[1:], parts[1:], strict=False):
        both_are_words = before[-1].isalnum() and token[0].isalnum()
        pattern += BETWEEN + ("+" if both_are_words else "*") + part
    if whole and sum(token.isalnum() for token in tokens) < SHORT:
        return re.compile(SENTENCE_BEGINS + pattern + SENTENCE_ENDS, re.IGNORECASE)
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


def _sub(pattern: re.Pattern[str], instead: str, text: str) -> str:
    def instead_of(match: re.Match[str]) -> str:
        return match.groupdict().get("before", "") + instead + _unmatched_tags(match[0])

    return pattern.sub(instead_of, text)


def _unmatched_tags(html: str) -> str:
    """Returns the tags that open or close outside the removed text, to keep the HTML valid."""
    unmatched: list[re.Match[str]] = []
    for tag in TAG.finditer(html):
        if (
            tag[0].startswith("</")
            and unmatched
            and unmatched[-1][1] == tag[1]
            and not unmatched[-1][0].startswith("</")
        ):
            unmatched.pop()
        else:
            unmatched.append(tag)
    return "".join(tag[0] for tag in unmatched)
