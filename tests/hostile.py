"""Hostile texts, and helpers that detect whether one of them was executed or rendered as markup."""

import json
import re
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5

# One text of each kind, short enough for a title.
TEXTS = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror=alert(1)> ' onfocus=alert(1) autofocus",
    "end of an element": "</title></textarea></script><svg onload=alert(1)>",
    "address": "javascript:alert(1)",
    "template": "{{7*7}} {% include 'base.html' %} ${7*7}",
    "format": "%s %(name)s %d {0} {name}",
    "query": "'; DROP TABLE accounts_user; -- \" OR 1=1 *",
    "formula": "=cmd|' /C calc'!A0",
    "header": "Un titre\r\nBcc: autre@evil.example\r\n\r\n<b>Corps",
    "null and controls": "avant\x00après\x1b[31m\x07",
    "direction": "facture\u202egnp.exe",
    "no width": "z\u200bé\u200cr\u200do\ufeff",
    "line of Unicode": "un\u2028deux\u2029trois\x85quatre",
    "emoji": "😀 👩‍👩‍👧 🏳️‍🌈",
    "combining": "e" + "\u0301\u0323" * 30,
    "no character": "fin\ufffe\uffff",
    "long word": "x" * 90,
    "right to left": "مرحبا بكم",
}

SHARED = Path(__file__).resolve().parents[2] / "shared/data/entrees-malveillantes"
needs_shared_texts = pytest.mark.skipif(not SHARED.is_dir(), reason="material outside the project: hostile input")


def shared_texts() -> list[str]:
    """Returns every text of the shared files; an empty list where the files are absent."""
    if not SHARED.is_dir():
        return []
    texts = [
        file.read_text(encoding="utf-8").split("\n--\n")[0]
        for file in sorted((SHARED / "bleach-html5lib-tests").glob("*.test"))
    ]
    return texts + json.loads((SHARED / "blns.json").read_text(encoding="utf-8"))


# As browsers read a URL: blanks and control characters before the scheme are ignored (WHATWG URL).
RUNS = re.compile(r"[\x00-\x20]*(javascript|vbscript|data):", re.I)
LEADS = {"href", "src", "action", "formaction", "data", "poster", "xlink:href"}
NEVER_OURS = {"iframe", "object", "embed", "base", "math", "frame", "marquee", "applet"}


def parse(html: str) -> Element:
    """Returns the tree that a browser builds from a page."""
    return tinyhtml5.parse(html, namespace_html_elements=False)


def runs_in(page: Element) -> list[str]:
    """Returns what a browser would run, load or draw in a public page although no template of ours wrote it."""
    found = []
    for element in page.iter():
        tag = str(element.tag)
        inline = tag == "script" and not element.get("src") and "json" not in element.get("type", "")
        if inline or tag in NEVER_OURS or element.get("src") == "x":
            found.append(f"<{tag}>")
        for name, value in element.attrib.items():
            if str(name).startswith("on") or name == "srcdoc" or (name in LEADS and RUNS.match(value)):
                found.append(f"<{tag} {name}={value[:40]}>")
    return found


def words_of(text: str) -> str:
    """Returns `text` as displayed: blanks collapsed, non-breaking hyphens as plain ones, no null characters."""
    return " ".join(text.replace("\0", "").replace("\u2011", "-").split())


def said_in(page: Element) -> str:
    """Returns the text of a page, normalised by `words_of`."""
    return words_of(" ".join(page.itertext()))
