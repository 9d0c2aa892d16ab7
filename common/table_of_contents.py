"""Table of contents of a long text: its headings, each with an anchor."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

HEADING = re.compile(r"<h([23])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
# Fewer headings are seen at a glance.
LONG = 4


@dataclass(frozen=True)
class Heading:
    """A heading of the text, to be led to by its anchor."""

    anchor: str
    title: str


@dataclass(frozen=True)
class TextWithContents:
    """A text whose headings have anchors, and those of the first level; `is_long` says that a table is of use."""

    html: SafeString
    headings: list[Heading]

    @property
    def is_long(self) -> bool:
        return len(self.headings) >= LONG


def with_contents(html: str, *, prefix: str, deeper: bool = False) -> TextWithContents:
    """Returns `html`, which is safe already, with an anchor on each h2 and h3. Anchors start with `prefix`.

    `deeper` makes them h3 and h4, for a text that stands under an h2 of its page.
    """
    headings: list[Heading] = []
    taken: set[str] = set()

    def anchored(match: re.Match[str]) -> str:
        level, attributes, content = match.groups()
        title = " ".join(unescape(strip_tags(content)).split())
        anchor = _free(f"{prefix}-{slugify(title) or level}", taken.__contains__)
        taken.add(anchor)
        if level == "2":
            headings.append(Heading(anchor, title))
        safe = mark_safe(attributes), anchor, mark_safe(content)
        return format_html('<h{0}{1} id="{2}">{3}</h{0}>', int(level) + deeper, *safe)

    # Only an anchor made of letters, figures and hyphens was added.
    return TextWithContents(mark_safe(HEADING.sub(anchored, html)), headings)


def _free(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """Returns `wanted`, or the first of `wanted-2`, `wanted-3`… that is free."""
    number, anchor = 1, wanted
    while is_taken(anchor):
        number += 1
        anchor = f"{wanted}-{number}"
    return anchor
