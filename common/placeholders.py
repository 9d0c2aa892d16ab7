"""Placeholders of starter texts: what is still to be filled in, and addresses of an example, which nobody reads."""

import re

from common.public_hosts import is_of_an_example

# Written `[à compléter : le lieu]`.
PLACEHOLDER = re.compile(r"\[\s*à compléter[^\]]*\]", re.IGNORECASE)
# Three dots after a blank stand for a word that is missing; those after a word end a sentence, those in brackets a cut.
UNNAMED = re.compile(r"(?<!\S)…")
EMAIL = re.compile(r"[\w.+-]+@(?P<host>[\w-]+(?:\.[\w-]+)+)")


# Parts of a rich text that are left out as a whole, and what stands where one was.
PART = re.compile(r"<(p|li|h[2-4])\b[^>]*>(?:(?!</\1>).)*</\1>", re.DOTALL)
LEFT_OUT = "\0"
EMPTY_LIST = re.compile(rf"<(ul|ol)\b[^>]*>\s*{LEFT_OUT}[\s{LEFT_OUT}]*</\1>")
# A heading with nothing below but what is left out.
EMPTY_HEADING = re.compile(
    rf"<(h[2-4])\b[^>]*>(?:(?!</\1>).)*</\1>\s*{LEFT_OUT}[\s{LEFT_OUT}]*(?=<h[2-4]\b|\Z)", re.DOTALL
)


def without_unfinished(html: str) -> str:
    """Returns the rich text `html` without the paragraphs, points and headings that still have a placeholder.

    A list or a heading under which nothing is left goes too.
    """
    if not PLACEHOLDER.search(html):
        return html
    left = PART.sub(lambda part: LEFT_OUT if PLACEHOLDER.search(part[0]) else part[0], html)
    left = EMPTY_LIST.sub(LEFT_OUT, left)
    return EMPTY_HEADING.sub(LEFT_OUT, left).replace(LEFT_OUT, "")


def with_unfinished_marked(html: str, note: str) -> str:
    """Returns the rich text `html` with the attribute `data-unfinished` on what `without_unfinished` leaves out first.

    `note` is the value of the attribute, escaped.
    """

    def mark(part: re.Match[str]) -> str:
        opening = f"<{part[1]}"
        marked = f'{opening} data-unfinished="{note}"{part[0][len(opening) :]}'
        return marked if PLACEHOLDER.search(part[0]) else part[0]

    return PART.sub(mark, html)


def placeholders_in(*texts: str) -> list[str]:
    """Returns the placeholders that `texts` still have, each once, in their order."""
    return list(dict.fromkeys(found for text in texts for found in PLACEHOLDER.findall(text)))


def example_addresses_in(*texts: str) -> list[str]:
    """Returns the e-mail addresses in `texts` whose host is kept for examples, each once, in their order."""
    found = (match for text in texts for match in EMAIL.finditer(text))
    return list(dict.fromkeys(match[0] for match in found if is_of_an_example(match["host"])))
