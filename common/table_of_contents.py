"""Table of contents of a long text: its headings, with anchors."""

import re
from dataclasses import dataclass
from html import unescape

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from common.slugs import first_free

HEADING = re.compile(r"<h([23])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
# Minimum number of headings for a table of contents.
LONG = 4


@dataclass(frozen=True)
class Heading:
    """Heading of the text, with its anchor."""

    anchor: str
    title: str


@dataclass(frozen=True)
class TextWithContents:
    """Text with anchors, and its top-level headings; `is_long` is true if a table of contents is useful."""

    html: SafeString
    headings: list[Heading]

    @property
    def is_long(self) -> bool:
        return len(self.headings) >= LONG


def with_contents(html: str, *, prefix: str, deeper: bool = False) -> TextWithContents:
    """Returns `html`, safe already, with an anchor on each h2 and h3. Anchors start with `prefix`.

    `deeper` turns them into h3 and h4, for a text below an h2 of the page.
    """
    headings: list[Heading] = []
    taken: set[str] = set()

    def anchored(match: re.Match[str]) -> str:
        level, attributes, content = match.groups()
        title = " ".join(unescape(strip_tags(content)).split())
        anchor = first_free(f"{prefix}-{slugify(title) or level}", taken)
        taken.add(anchor)
        if level == "2":
            headings.append(Heading(anchor, title))
        safe = mark_safe(attributes), anchor, mark_safe(content)
        return format_html('<h{0}{1} id="{2}">{3}</h{0}>', int(level) + deeper, *safe)

    # Safe: the added anchors consist of letters, digits and hyphens.
    return TextWithContents(mark_safe(HEADING.sub(anchored, html)), headings)
