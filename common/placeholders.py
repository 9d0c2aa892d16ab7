"""Placeholders of starter texts: what is still to be filled in, and addresses of an example, which nobody reads."""

import re

from bs4 import BeautifulSoup, Tag

from common.public_hosts import is_of_an_example

# Written `[à compléter : le lieu]`.
PLACEHOLDER = re.compile(r"\[\s*à compléter[^\]]*\]", re.IGNORECASE)
# Three dots after a blank stand for a word that is missing; those after a word end a sentence, those in brackets a cut.
UNNAMED = re.compile(r"(?<!\S)…")
EMAIL = re.compile(r"[\w.+-]+@(?P<host>[\w-]+(?:\.[\w-]+)+)")

# Parts of a rich text that are left out as a whole.
HEADINGS = ("h2", "h3", "h4")
PARTS = ("p", "li", *HEADINGS)


def without_unfinished(html: str) -> str:
    """Returns the rich text `html` without the paragraphs, points and headings that still have a placeholder.

    A list or a heading under which nothing is left goes too.
    """
    if not PLACEHOLDER.search(html):
        return html
    soup = BeautifulSoup(html, "html.parser")
    for part in _unfinished(soup):
        part.decompose()
    for group in soup.find_all(["ul", "ol"]):
        if not group.find("li"):
            group.decompose()
    # From the end: a heading goes after those that stand under it.
    for heading in reversed(soup.find_all(HEADINGS)):
        below = heading.find_next_sibling(True)
        if below is None or (below.name in HEADINGS and below.name <= heading.name):
            heading.decompose()
    return str(soup)


def with_unfinished_marked(html: str, note: str) -> str:
    """Returns the rich text `html` with the attribute `data-unfinished` on what `without_unfinished` leaves out first.

    `note` is the value of the attribute.
    """
    if not PLACEHOLDER.search(html):
        return html
    soup = BeautifulSoup(html, "html.parser")
    for part in _unfinished(soup):
        part["data-unfinished"] = note
    return str(soup)


def _unfinished(soup: BeautifulSoup) -> list[Tag]:
    """Returns the smallest parts that still have a placeholder."""
    found = [part for part in soup.find_all(PARTS) if PLACEHOLDER.search(part.get_text())]
    return [part for part in found if not any(part in other.parents for other in found)]


def placeholders_in(*texts: str) -> list[str]:
    """Returns the placeholders that `texts` still have, each once, in their order."""
    return list(dict.fromkeys(found for text in texts for found in PLACEHOLDER.findall(text)))


def example_addresses_in(*texts: str) -> list[str]:
    """Returns the e-mail addresses in `texts` whose host is kept for examples, each once, in their order."""
    found = (match for text in texts for match in EMAIL.finditer(text))
    return list(dict.fromkeys(match[0] for match in found if is_of_an_example(match["host"])))
