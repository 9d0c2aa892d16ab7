"""French typography: non-breaking spaces (a builtin library, no `{% load %}` needed)."""

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

NBSP = "\u00a0"
NON_BREAKING_HYPHEN = "\u2011"

DIGITS = "0123456789"


def _on_one_line(match: re.Match[str]) -> str:
    return match.group().replace(" ", NBSP)


# Each rule has the characters that it needs, for a fast check: most texts have few of them.
SPACES = (
    (":;!?»", re.compile(r"[ \u00a0]+([:;!?»])(?=\s|$|[.,)<])"), NBSP + r"\1"),
    ("«", re.compile(r"«[ \u00a0]*"), "«" + NBSP),
    (("n°", "p.", "Mme", "M."), re.compile(r"\b(n°|p\.|Mme|M\.) +(?=\S)"), r"\1" + NBSP),
    (DIGITS, re.compile(r"([0-9]) +(h|min|ko|Mo|€|%)(?=\W|$)"), r"\1" + NBSP + r"\2"),
    (DIGITS, re.compile(r"([0-9]" + NBSP + r"h) +([0-9])"), r"\1" + NBSP + r"\2"),
    (DIGITS, re.compile(r"(?<=[0-9]) (?=[0-9]{3}\b)"), NBSP),
    # Phone number: « 03 00 00 00 00 », « +33 3 00 00 00 00 ».
    (DIGITS, re.compile(r"(?<![0-9])(?:\+33 [1-9]|0[1-9])(?: [0-9]{2}){4}(?![0-9])"), _on_one_line),
)
HYPHENS = (("-mail",), re.compile(r"\b([Ee])-mail"), r"\1" + NON_BREAKING_HYPHEN + "mail")

BREAKS_OF_A_NAME = re.compile(r"(?<=\w[./])(?=[^\W\d_]{4})")

Rule: TypeAlias = tuple[Iterable[str], re.Pattern[str], str | Callable[[re.Match[str]], str]]


def with_french_spaces(text: str) -> str:
    """Returns `text` with French non-breaking spaces, and no other change."""
    for rule in SPACES:
        text = _apply(rule, text)
    return text


def _apply(rule: Rule, text: str) -> str:
    signs, pattern, replacement = rule
    for sign in signs:
        if sign in text:
            return pattern.sub(replacement, text)
    return text


@register.filter
def typo(text: str) -> SafeString:
    """Returns `text`, escaped, with French non-breaking spaces and hyphens."""
    return mark_safe(_apply(HYPHENS, with_french_spaces(str(conditional_escape(text)))))


@register.filter
def in_table(text: str) -> SafeString:
    """Returns `text` as `typo` does; “participer.ville.example” may wrap after a dot or a slash."""
    return mark_safe(BREAKS_OF_A_NAME.sub("<wbr>", typo(text)))


@register.filter
def sentence(text: str) -> SafeString:
    """Returns `text` as `typo` does, with a full stop unless it ends with punctuation."""
    return typo(text if text.endswith((".", "!", "?", "…")) else f"{text}.")
