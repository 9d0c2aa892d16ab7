"""Subset of Markdown for starter texts, the demonstration, minutes and answers of the city.

Kept small, so that texts can be proof-read as they are: paragraphs separated by an empty line, `## ` and `### ` for
headings, `- ` and `1. ` for lists, `**bold**`, and `[words](url)` for links.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape

from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText

from common.templatetags.typography import typo, with_french_spaces
from common.urls import absolute_url

BOLD = re.compile(r"\*\*(.+?)\*\*")
# Web URLs and paths of this site only, so that minutes cannot contain scripts.
LINK = re.compile(r"""\[([^\]]+)\]\(((?:https?://|mailto:|/|\#)[^)\s"'<>]*)\)""")
LIST_MARK = re.compile(r"^(?:-|\d+\.) +")
# Bare URL, without the punctuation after it.
ADDRESS = re.compile(r"""(https?://[^\s"'<>*]*[^\s"'<>*.,;:!?)»…])""")


def french(text: str) -> str:
    """Returns `text` on one line, with French non-breaking spaces.

    No non-breaking hyphens: inside "e-mail" they would hide the word from search.
    """
    return with_french_spaces(" ".join(text.split()))


def _inline(text: str) -> SafeString:
    """Returns `text`, escaped, with bold words and links."""
    html = french(escape(text, quote=False))
    return mark_safe(LINK.sub(r'<a href="\2">\1</a>', BOLD.sub(r"<b>\1</b>", html)))


def _list(lines: list[str]) -> SafeString:
    """Returns an HTML list."""
    items = format_html_join("", "<li>{}</li>", ((_inline(item),) for item in _items(lines)))
    return format_html("<ul>{}</ul>" if lines[0].startswith("-") else "<ol>{}</ol>", items)


def _items(lines: list[str]) -> list[str]:
    """Returns the items of a list; a line without a mark continues the item above."""
    items: list[str] = []
    for line in lines:
        if LIST_MARK.match(line):
            items.append(LIST_MARK.sub("", line))
        else:
            items[-1] += f" {line}"
    return items


def html(text: str) -> str:
    """Returns the HTML of `text`, limited to the features of the text block of `cms.blocks`."""
    parts = []
    for lines in _blocks(text):
        if heading := re.match(r"^(##|###) +(.+)$", lines[0]):
            parts.append(format_html("<h{0}>{1}</h{0}>", len(heading[1]), _inline(heading[2])))
        elif LIST_MARK.match(lines[0]):
            parts.append(_list(lines))
        else:
            parts.append(format_html("<p>{}</p>", _inline(" ".join(lines))))
    return "".join(parts)


def body(text: str) -> list[tuple[str, RichText]]:
    """Returns a value for a `BodyField`: one text block."""
    return [("text", RichText(html(text)))]


def letter(text: str, styles: Mapping[str, str] | None = None) -> SafeString:
    """Returns the HTML of a text without headings: paragraphs with line breaks, lists, bold words, links.

    Bare URLs become links. Mails pass `styles`, the inline styles of "p", "ul", "ol", "li" and "a"; links to this site
    are then absolute.
    """
    inline_styles = styles or {}
    return format_html_join(
        "", "{}", ((part,) for block in _blocks(text) for part in _letter_parts(block, inline_styles))
    )


def plain(text: str) -> str:
    """Returns `text` without the marks of bold words and links; URLs are in brackets."""
    return LINK.sub(lambda link: f"{link[1]} ({_whole(link[2])})", BOLD.sub(r"\1", text))


def _blocks(text: str) -> Iterator[list[str]]:
    for block in re.split(r"\n\s*\n", text.strip()):
        yield [line.strip() for line in block.splitlines()]


def _letter_parts(lines: list[str], styles: Mapping[str, str]) -> Iterator[SafeString]:
    """Yields the paragraph of the first lines, then the list from the first mark on."""
    start = next((number for number, line in enumerate(lines) if LIST_MARK.match(line)), len(lines))
    if start:
        yield _element("p", format_html_join(mark_safe("<br>"), "{}", _each_inline(lines[:start], styles)), styles)
    if start < len(lines):
        items = [_element("li", item, styles) for (item,) in _each_inline(_items(lines[start:]), styles)]
        name = "ul" if lines[start].startswith("-") else "ol"
        yield _element(name, format_html_join("", "{}", ((item,) for item in items)), styles)


def _each_inline(lines: list[str], styles: Mapping[str, str]) -> Iterator[tuple[SafeString]]:
    for line in lines:
        yield (_linked(line, styles),)


def _linked(text: str, styles: Mapping[str, str]) -> SafeString:
    """Returns `text`, escaped, with bold words, links, and bare URLs as links."""
    # Each link is followed by its two groups: words, URL.
    parts = LINK.split(text)
    pieces = []
    for before, words, url in zip(parts[::3], [*parts[1::3], ""], [*parts[2::3], ""], strict=True):
        for number, piece in enumerate(ADDRESS.split(before)):
            pieces.append(_link(piece, piece, styles) if number % 2 else typo(piece))
        if url:
            pieces.append(_link(typo(words), url, styles))
    return mark_safe(BOLD.sub(r"<b>\1</b>", format_html_join("", "{}", ((part,) for part in pieces))))


def _link(words: str, url: str, styles: Mapping[str, str]) -> SafeString:
    attributes = {"href": _whole(url), "style": styles["a"]} if "a" in styles else {"href": url}
    return format_html("<a{}>{}</a>", flatatt(attributes), words)


def _whole(url: str) -> str:
    return absolute_url(url) if url.startswith("/") else url


def _element(name: str, content: SafeString, styles: Mapping[str, str]) -> SafeString:
    style = {"style": styles[name]} if name in styles else {}
    return format_html("<{0}{1}>{2}</{0}>", name, flatatt(style), content)
