"""Sanitising of external text: it becomes harmless, and loses nothing that a person wrote."""

import re
from html.parser import HTMLParser

import pytest

from common.sanitising import (
    ALLOWED_ATTRIBUTES,
    ALLOWED_SCHEMES,
    ALLOWED_TAGS,
    BIDI_CONTROLS,
    clean_html,
    clean_text,
    html_to_text,
    is_seen,
)
from tests.hostile import needs_shared_texts, shared_texts

# As browsers parse it: leading blanks and control characters are ignored (WHATWG URL).
SCHEME = re.compile(r"[\x00-\x20]*([a-zA-Z][a-zA-Z0-9+.\-]*):")

BY_HAND = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<p style="background:url(javascript:alert(1))" onclick="alert(1)">x</p>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<iframe src="https://a.example"></iframe><object data="x"></object><embed src="x">',
    '<form action="https://a.example"><input name="password"></form>',
    "<base href='https://a.example/'><meta http-equiv=refresh content='0;url=https://a.example'>",
]


class Markup(HTMLParser):
    """Tags and attributes as a browser parses them."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def assert_harmless(html):
    found = Markup(html)
    assert set(found.tags) <= ALLOWED_TAGS
    for tag, name, value in found.attributes:
        assert name == "rel" or name in ALLOWED_ATTRIBUTES.get(tag, set()), (tag, name)
        if name == "href":
            scheme = SCHEME.match(value)
            assert scheme is None or scheme[1].lower() in ALLOWED_SCHEMES, value


@pytest.mark.parametrize("payload", BY_HAND)
def test_active_content_is_removed(payload):
    cleaned = clean_html(payload)
    assert_harmless(cleaned)
    assert clean_html(cleaned) == cleaned, "cleaning twice changes nothing, so nothing was hidden in it"


@needs_shared_texts
def test_the_shared_payloads_are_harmless_once_cleaned():
    payloads = shared_texts()
    assert len(payloads) > 500
    for payload in payloads:
        cleaned = clean_html(payload)
        assert_harmless(cleaned)
        assert clean_html(cleaned) == cleaned, payload


@needs_shared_texts
def test_clean_text_preserves_the_lines_of_the_shared_payloads():
    for payload in shared_texts():
        text = clean_text(payload)
        assert text == clean_text(text)
        assert "\r" not in text
        assert not set(text) & set(BIDI_CONTROLS)
        expected = payload.replace("\r\n", "\n").replace("\r", "\n").count("\n")
        assert text.count("\n") == expected


def test_links_are_preserved_with_rel_ugc():
    assert clean_html('<a href="https://a.example/" target="_blank">x</a>') == (
        '<a href="https://a.example/" rel="noopener noreferrer nofollow ugc">x</a>'
    )


def test_structural_markup_is_preserved():
    html = "<h2>A</h2><p><strong>b</strong> <em>c</em><br>d</p><ul><li>e</li></ul><blockquote>f</blockquote>"
    assert clean_html(html) == html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un</p><p>deux</p>", "Un deux"),
        ("a<br>b", "a b"),
        ("L&rsquo;&eacute;t&eacute; &lt;b&gt;", "L’été <b>"),
        ("  a \n b  ", "a b"),
        ("<ul><li>a</li><li>b</li></ul>", "a b"),
        ("<script>alert(1)</script>bien", "bien"),
        ("", ""),
    ],
)
def test_html_to_text(html, text):
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\r\n\r\nb", "a\n\nb"),
        ("e\u0301te\u0301", "été"),
        ("nom\u202egnp.exe", "nomgnp.exe"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("a\ud83db", "ab"),
        ("a\tb", "a\tb"),
        ("« L’été », 18 h, 😀", "« L’été », 18 h, 😀"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_clean_text_normalises_lines_and_removes_control_characters(written, cleaned):
    assert clean_text(written) == cleaned


@pytest.mark.parametrize("text", ["é", "中", "1", "?", "😀", " a\u200b"])
def test_is_seen_with_visible_characters(text):
    assert is_seen(text)


@pytest.mark.parametrize("text", ["", " \u00a0\n", "\u200b\u200d\ufeff\u2060", "\u0301", "\u3164\u2800", "\uffff"])
def test_is_seen_without_visible_characters(text):
    assert not is_seen(text)
