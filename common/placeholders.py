"""Placeholders and example addresses in starter texts, which editors have to replace."""

import re

from bs4 import BeautifulSoup, Tag

from common.public_hosts import is_of_an_example

# Written as `[à compléter : le lieu]`.
PLACEHOLDER = re.compile(r"\[\s*à compléter[^\]]*\]", re.IGNORECASE)
# An ellipsis after a blank stands for a missing word; after a word it ends a sentence, in brackets it marks a cut.
UNNAMED = re.compile(r"(?<!\S)…")
EMAIL = re.compile(r"[\w.+-]+@(?P<host>[\w-]+(?:\.[\w-]+)+)")

# Headings of rich text.
HEADINGS = ("h2", "h3", "h4")
PARTS = ("p", "li", *HEADINGS)


def without_unfinished(html: str) -> str:
    """Returns the rich text `html` without the paragraphs, list items and headings that contain a placeholder.

    Lists and headings left without content are removed too.
    """
    if not PLACEHOLDER.search(html):
        return html
    soup = BeautifulSoup(html, "html.parser")
    for part in _unfinished(soup):
        part.decompose()
    for group in soup.find_all(["ul", "ol"]):
        if not group.find("li"):
            group.decompose()
    # From the end: a heading is removed after those below it.
    for heading in reversed(soup.find_all(HEADINGS)):
        below = heading.find_next_sibling(True)
        if below is None or (below.name in HEADINGS and below.name <= heading.name):
            heading.decompose()
    return str(soup)


def with_unfinished_marked(html: str, note: str) -> str:
    """Returns `html` with the attribute `data-unfinished` on the elements that `without_unfinished` removes first.

    `note` is the value of the attribute.
    """
    if not PLACEHOLDER.search(html):
        return html
    soup = BeautifulSoup(html, "html.parser")
    for part in _unfinished(soup):
        part["data-unfinished"] = note
    return str(soup)


def _unfinished(soup: BeautifulSoup) -> list[Tag]:
    """Returns the innermost elements that contain a placeholder."""
    parts = [part for part in soup.find_all(PARTS) if PLACEHOLDER.search(part.get_text())]
    return [part for part in parts if not any(part in other.parents for other in parts)]


def placeholders_in(*texts: str) -> list[str]:
    """Returns the placeholders in `texts`, without duplicates, in order."""
    return list(dict.fromkeys(placeholder for text in texts for placeholder in PLACEHOLDER.findall(text)))


def example_addresses_in(*texts: str) -> list[str]:
    """Returns the e-mail addresses in `texts` on reserved example domains, without duplicates, in order."""
    matches = (match for text in texts for match in EMAIL.finditer(text))
    return list(dict.fromkeys(match[0] for match in matches if is_of_an_example(match["host"])))
