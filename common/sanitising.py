"""Sanitising of external content (imports, feeds). Texts of residents are plain text, escaped by templates."""

import html
import re
import unicodedata

import nh3

ALLOWED_TAGS = {"p", "br", "strong", "b", "em", "i", "ul", "ol", "li", "a", "blockquote", "h2", "h3"}
ALLOWED_ATTRIBUTES = {"a": {"href"}}
ALLOWED_SCHEMES = {"http", "https", "mailto"}
# Bidirectional overrides and isolates, by which a name can imitate another one (CVE-2021-42574).
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Control characters (except tabs and line ends), surrogates and `BIDI_CONTROLS`.
UNSEEN = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{BIDI_CONTROLS}]")
# Letters without a glyph: Hangul fillers, blank Braille cell.
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"


def is_seen(text: str) -> bool:
    """Returns whether `text` has a visible character, other than blanks and zero-width characters."""
    return any(unicodedata.category(char)[0] not in "CMZ" and char not in BLANK_LETTERS for char in text)


def clean_html(source: str) -> str:
    """Returns `source` with harmless tags, attributes and schemes only, and `rel` on links as for user content."""
    return nh3.clean(
        source,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=ALLOWED_SCHEMES,
        link_rel="noopener noreferrer nofollow ugc",
    )


def html_to_text(source: str) -> str:
    """Returns the text of `source`, with tags removed, entities resolved, and white space collapsed."""
    without_tags = nh3.clean(re.sub(r"<(br|/p|/li|/h\d)\b[^<>]*>", " ", source), tags=set())
    return " ".join(html.unescape(without_tags).split())


def clean_text(source: str) -> str:
    """Returns `source` in NFC with `\\n` line ends, without control and bidirectional characters.

    Line breaks are kept: CR LF and CR become LF. Lone surrogates, possible in JSON, are removed, since no database
    stores them.
    """
    return UNSEEN.sub("", unicodedata.normalize("NFC", source.replace("\r\n", "\n").replace("\r", "\n")))
