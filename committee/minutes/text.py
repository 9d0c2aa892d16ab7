"""From the plain text in which minutes are written to the body of the page of a session."""

import re

from wagtail.rich_text import RichText

from common.markdown import LIST_MARK, body

HEADING = re.compile(r"^#{2,3} +")


def body_of(text: str) -> list[tuple[str, RichText]]:
    """Returns what a `BodyField` takes. Headings and lists need no empty line around them."""
    blocks: list[list[str]] = []
    before = ""
    for line in (raw.strip() for raw in text.splitlines()):
        kind = _kind(line)
        if not line or not blocks or kind == "heading" or kind != before:
            blocks.append([])
        if line:
            blocks[-1].append(line)
        before = kind if line else ""
    return body("\n\n".join("\n".join(block) for block in blocks if block))


def _kind(line: str) -> str:
    if HEADING.match(line):
        return "heading"
    return "list" if LIST_MARK.match(line) else "text"
