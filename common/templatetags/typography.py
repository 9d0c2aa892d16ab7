"""French typography: the spaces that must not break (a builtin library, no `{% load %}` needed)."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

NBSP = "\u00a0"
NON_BREAKING_HYPHEN = "\u2011"

SPACES = (
    (re.compile(r"[ \u00a0]+([:;!?»])(?=\s|$|[.,)<])"), NBSP + r"\1"),
    (re.compile(r"«[ \u00a0]*"), "«" + NBSP),
    (re.compile(r"\b(n°|p\.|Mme|M\.) +(?=\S)"), r"\1" + NBSP),
    (re.compile(r"(\d) +(h|min|ko|Mo|€|%)(?=\W|$)"), r"\1" + NBSP + r"\2"),
    (re.compile(r"(\d" + NBSP + r"h) +(\d)"), r"\1" + NBSP + r"\2"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), NBSP),
)
HYPHENS = ((re.compile(r"\b([Ee])-mail"), r"\1" + NON_BREAKING_HYPHEN + "mail"),)


def with_french_spaces(text: str) -> str:
    """Returns `text` with the spaces that must not break, and nothing else changed."""
    for pattern, replacement in SPACES:
        text = pattern.sub(replacement, text)
    return text


@register.filter
def typo(text: str) -> SafeString:
    """Returns `text`, escaped, with the non-breaking spaces and hyphens that French asks for."""
    escaped = with_french_spaces(str(conditional_escape(text)))
    for pattern, replacement in HYPHENS:
        escaped = pattern.sub(replacement, escaped)
    return mark_safe(escaped)
