"""Subset of Markdown for bodies of pages: starter texts, the demonstration and the minutes are written in it.

A small subset of Markdown, so that whoever proof-reads a text sees the text: paragraphs separated by an empty line,
`## ` and `### ` for headings, `- ` and `1. ` for lists, `**bold**`, and `[words](url)` for links.
"""

import re
from html import escape

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
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


def _inline(text: str) -> SafeString:
    """Returns `text`, escaped, with its bold words and its links."""
    html = french(escape(text, quote=False))
    return mark_safe(LINK.sub(r'<a href="\2">\1</a>', BOLD.sub(r"<b>\1</b>", html)))


def _list(lines: list[str]) -> SafeString:
    """Returns a list; a line without a mark goes on with the item above."""
    items: list[str] = []
    for line in lines:
        if LIST_MARK.match(line):
            items.append(LIST_MARK.sub("", line))
        else:
            items[-1] += f" {line}"
    drawn = format_html_join("", "<li>{}</li>", ((_inline(item),) for item in items))
    return format_html("<ul>{}</ul>" if lines[0].startswith("-") else "<ol>{}</ol>", drawn)


def html(text: str) -> str:
    """Returns the HTML of `text`, in the features that the text block of `cms.blocks` allows."""
    parts = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines()]
        if heading := re.match(r"^(##|###) +(.+)$", lines[0]):
            parts.append(format_html("<h{0}>{1}</h{0}>", len(heading[1]), _inline(heading[2])))
        elif LIST_MARK.match(lines[0]):
            parts.append(_list(lines))
        else:
            parts.append(format_html("<p>{}</p>", _inline(" ".join(lines))))
    return "".join(parts)


def body(text: str) -> list[tuple[str, RichText]]:
    """Returns what a `BodyField` takes: one text block."""
    return [("text", RichText(html(text)))]
