"""Subset of Markdown for bodies of pages: starter texts, the demonstration and the minutes are written in it.

A small subset of Markdown, so that whoever proof-reads a text sees the text: paragraphs separated by an empty line,
`## ` and `### ` for headings, `- ` and `1. ` for lists, `**bold**`, and `[words](url)` for links.
"""

import re
from html import escape

from wagtail.rich_text import RichText

from common.templatetags.typography import with_french_spaces

BOLD = re.compile(r"\*\*(.+?)\*\*")
# URLs of the web and of this site only: whoever writes minutes must not be able to write a script.
LINK = re.compile(r"""\[([^\]]+)\]\(((?:https?://|mailto:|/|\#)[^)\s"'<>]*)\)""")
LIST_MARK = re.compile(r"^(?:-|\d+\.) +")


def french(text: str) -> str:
    """Returns `text` on one line, with the non-breaking spaces that French asks for.

    Spaces only: a non-breaking hyphen inside "e-mail" would hide the word from search.
    """
    return with_french_spaces(" ".join(text.split()))


def _inline(text: str) -> str:
    html = french(escape(text, quote=False))
    return LINK.sub(r'<a href="\2">\1</a>', BOLD.sub(r"<b>\1</b>", html))


def _list(lines: list[str]) -> str:
    """Returns a list; a line without a mark goes on with the item above."""
    items: list[str] = []
    for line in lines:
        if LIST_MARK.match(line):
            items.append(LIST_MARK.sub("", line))
        else:
            items[-1] += f" {line}"
    tag = "ul" if lines[0].startswith("-") else "ol"
    return f"<{tag}>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + f"</{tag}>"


def html(text: str) -> str:
    """Returns the HTML of `text`, in the features that the text block of `cms.blocks` allows."""
    parts = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines()]
        if heading := re.match(r"^(##|###) +(.+)$", lines[0]):
            level = len(heading[1])
            parts.append(f"<h{level}>{_inline(heading[2])}</h{level}>")
        elif LIST_MARK.match(lines[0]):
            parts.append(_list(lines))
        else:
            parts.append(f"<p>{_inline(' '.join(lines))}</p>")
    return "".join(parts)


def body(text: str) -> list[tuple[str, RichText]]:
    """Returns what a `BodyField` takes: one text block."""
    return [("text", RichText(html(text)))]
