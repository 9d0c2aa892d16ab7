"""Sanitising of what comes from outside (imports, feeds). Residents write plain text, which templates escape."""

import html
import re
import unicodedata

import nh3

ALLOWED_TAGS = {"p", "br", "strong", "b", "em", "i", "ul", "ol", "li", "a", "blockquote", "h2", "h3"}
ALLOWED_ATTRIBUTES = {"a": {"href"}}
ALLOWED_SCHEMES = {"http", "https", "mailto"}
# Direction overrides and isolates: a name that holds one can dress up as another (CVE-2021-42574).
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Control characters (but tabulators and line ends), halves of characters and `BIDI_CONTROLS`.
UNSEEN = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{BIDI_CONTROLS}]")
# Letters and signs without a drawing: fillers of Hangul, the empty cell of Braille.
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"


def is_seen(text: str) -> bool:
    """Says whether `text` has at least one sign that draws something: blanks and marks without width draw nothing."""
    return any(unicodedata.category(char)[0] not in "CMZ" and char not in BLANK_LETTERS for char in text)


def clean_html(source: str) -> str:
    """Returns `source` with only harmless tags, attributes and schemes; links are marked as written by others."""
    return nh3.clean(
        source,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=ALLOWED_SCHEMES,
        link_rel="noopener noreferrer nofollow ugc",
    )


def html_to_text(source: str) -> str:
    """Returns the text of `source`, without any tag, entities resolved, white space folded."""
    without_tags = nh3.clean(re.sub(r"<(br|/p|/li|/h\d)\b[^<>]*>", " ", source), tags=set())
    return " ".join(html.unescape(without_tags).split())


def clean_text(source: str) -> str:
    """Returns `source` normalised (NFC), with `\\n` line ends and without control and direction characters.

    Every line break is kept: CR LF and a lone CR become LF. Half of a character (a lone surrogate, which JSON can
    carry) goes too: no database takes it.
    """
    return UNSEEN.sub("", unicodedata.normalize("NFC", source.replace("\r\n", "\n").replace("\r", "\n")))
