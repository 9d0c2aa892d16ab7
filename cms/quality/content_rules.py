"""Content rules for publication: explicit links, and headings in order.

Based on RGAA 4.1.2 (6.1 explicit links, 9.1 headings), applied to the HTML stored by Wagtail's editor.
"""

import re
import unicodedata
from collections.abc import Iterable
from html.parser import HTMLParser

from bs4 import BeautifulSoup
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from common.placeholders import with_unfinished_marked, without_unfinished

# Link texts without meaning out of context, as for a screen reader user who lists the links.
VAGUE_LINK_TEXTS = {
    "ici",
    "la",
    "cliquez ici",
    "cliquer ici",
    "clique ici",
    "lien",
    "ce lien",
    "le lien",
    "lire la suite",
    "lire plus",
    "plus",
    "en savoir plus",
    "savoir plus",
    "voir",
    "suite",
    "la suite",
}


class _Outline(HTMLParser):
    """HTML parser that collects link texts and heading levels of rich text."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.levels: list[int] = []
        self._open_link: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._open_link = []
        elif heading := re.fullmatch(r"h([1-6])", tag):
            self.levels.append(int(heading[1]))

    def handle_data(self, data: str) -> None:
        if self._open_link is not None:
            self._open_link.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open_link is not None:
            self.links.append(" ".join("".join(self._open_link).split()))
            self._open_link = None


def _outline(html: str) -> _Outline:
    outline = _Outline()
    outline.feed(html)
    outline.close()
    return outline


def is_vague(link_text: str) -> bool:
    """Returns whether `link_text` is meaningless out of context (or empty)."""
    without_accents = unicodedata.normalize("NFKD", link_text).encode("ascii", "ignore").decode()
    normalised = re.sub(r"[^a-z0-9]+", " ", without_accents.lower()).strip()
    return not normalised or normalised in VAGUE_LINK_TEXTS


def vague_links(html: str) -> list[str]:
    """Returns the meaningless link texts of `html`."""
    return [text for text in _outline(html).links if is_vague(text)]


def with_vague_links_marked(html: str) -> SafeString:
    """Returns `html`, safe as it is, with an attribute on each link with a meaningless text.

    Empty links are skipped: axe has a rule of its own for them.
    """

    if "<a" not in html:
        return mark_safe(html)
    soup = BeautifulSoup(html, "html.parser")
    for link in soup.find_all("a"):
        text = link.get_text().strip()
        if text and is_vague(text):
            link["data-refused"] = "link"
    return mark_safe(str(soup))


def as_read(html: str) -> SafeString:
    """Returns `html`, safe as it is, as displayed to readers: without placeholders."""
    return mark_safe(without_unfinished(html))


def as_written(html: str) -> SafeString:
    """Returns `html`, safe as it is, as displayed to editors: with refused and hidden parts marked."""
    note = gettext("Still to be filled in: readers do not see this.")
    return mark_safe(with_unfinished_marked(with_vague_links_marked(html), note))


def first_skipped_heading(texts: Iterable[str], *, parent_level: int = 1) -> int | None:
    """Returns the index of the first text with a heading that skips a level, or None.

    `texts` are those of one body, in order; `parent_level` is the level of the heading above the body (the page title
    is the h1).
    """
    previous = parent_level
    for index, html in enumerate(texts):
        for level in _outline(html).levels:
            if level > previous + 1:
                return index
            previous = level
    return None
