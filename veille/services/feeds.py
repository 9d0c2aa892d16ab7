"""Feed parser: takes bytes, returns items in plain text.

`feedparser` receives bytes, never a URL, after checks: its time is quadratic in the number of attributes of a tag, and
entities can expand exponentially. The caller sets an alarm (`common.fetching.alarm`) as a last resort.
"""

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from django.utils.text import Truncator
from django.utils.translation import gettext
from feedparser.encodings import convert_to_utf8

from common.sanitising import clean_text, html_to_text, is_seen
from veille.errors import FeedRefused
from veille.models import ReadingItem
from veille.models.items import MAX_TEXT

MAX_BYTES = 1_000_000
MAX_TAG = 8_000
MAX_ITEMS = 200
# Characters of markup read per item: enough for its text, and a limit on processing time.
MAX_MARKUP = 20_000
MAX_TITLE = ReadingItem._meta.get_field("title").max_length or 0
MAX_URL = ReadingItem._meta.get_field("url").max_length or 0
MAX_HTML = 200_000
GZIP = b"\x1f\x8b"
# A comment or CDATA section, with any content; or a tag from its name on, whose quoted values may contain ">".
TOKEN = re.compile(
    rb"""<!--(?:.*?-->|.*)|<!\[CDATA\[(?:.*?\]\]>|.*)|(?P<tag><[^\s<>!?/](?:"[^"<]*"|'[^'<]*'|[^<>"'])*+)""", re.DOTALL
)
YEARS = range(1990, 2101)
FEED_TYPES = {"application/rss+xml", "application/atom+xml"}


@dataclass(frozen=True)
class FeedItem:
    """Item of a feed. `identifier` is unique in the feed; `url` is "" if there is no valid link."""

    identifier: str
    title: str
    url: str
    text: str
    dated_at: datetime | None


@dataclass(frozen=True)
class Feed:
    """Parsed feed: its distinct items in order, and a remark in words about what was left out."""

    title: str
    items: list[FeedItem]
    remark: str


def read_feed(body: bytes, *, url: str, content_type: str = "application/xml") -> Feed:
    """Parses `body`, fetched from `url`. Raises `FeedRefused` with a sentence for the list of sources."""
    body = _unpacked(body)
    parsed = _parsed(body, url, content_type)
    if not parsed.get("version") and not parsed.entries:
        raise FeedRefused(_what_else(body, url))
    items: dict[str, FeedItem] = {}
    for entry in parsed.entries[:MAX_ITEMS]:
        item = _item(entry, base=url)
        if item:
            items.setdefault(item.identifier, item)
    remarks = []
    if len(parsed.entries) > MAX_ITEMS:
        remarks.append(
            gettext("Of its %(count)d items, the first %(max)d are read.")
            % {"count": len(parsed.entries), "max": MAX_ITEMS}
        )
    if "SAX" in type(parsed.get("bozo_exception")).__name__:
        remarks.append(gettext("The feed is damaged: some items may be missing."))
    return Feed(_line(parsed.feed.get("title", ""), 120), list(items.values()), " ".join(remarks))


def _unpacked(body: bytes) -> bytes:
    """Returns `body`, decompressed if it is a gzip file, which some servers send undeclared."""
    if body.startswith(GZIP):
        try:
            unpacking = zlib.decompressobj(wbits=31)
            body = unpacking.decompress(body, MAX_BYTES + 1)
        except zlib.error:
            raise FeedRefused(gettext("What came is packed, and cannot be unpacked.")) from None
    if len(body) > MAX_BYTES:
        raise FeedRefused(gettext("What came is longer than 1 MB."))
    return body


def _parsed(body: bytes, url: str, content_type: str) -> feedparser.FeedParserDict:
    """Returns the result of `feedparser`. Raises `FeedRefused` for input that would take it too long.

    The checks run on the decoded characters that the parser will see, whatever encoding the file declares.
    """
    headers = {"content-location": url, "content-type": content_type}
    try:
        text = convert_to_utf8(headers, body, {}) if body else b""
        if b"<!entity" in text.lower():
            raise FeedRefused(gettext("What came declares entities, which a feed does not need."))
        if any(len(token["tag"] or b"") > MAX_TAG for token in TOKEN.finditer(text)):
            raise FeedRefused(gettext("What came has a tag of more than 8,000 characters."))
        return feedparser.parse(
            BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except UnicodeError:
        raise FeedRefused(gettext("What came is not written as it says.")) from None


def _item(entry: Any, *, base: str) -> FeedItem | None:
    """Returns the item, or None if it has no text."""
    url = web_url(entry.get("link", ""), base=base)
    content = next((part.get("value", "") for part in entry.get("content", [])), "")
    text = _line(entry.get("summary") or content or "", MAX_TEXT)
    title = _line(entry.get("title", ""), MAX_TITLE) or Truncator(text).words(12) or url
    identifier = entry.get("id") or url or title
    if not title:
        return None
    return FeedItem(identifier, title[:MAX_TITLE], url, text, _moment(entry))


def web_url(link: str, *, base: str) -> str:
    """Returns `link` as an absolute HTTP(S) URL, or "" if it is not safe to show as a link."""
    try:
        url = urljoin(base, link.strip())
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return url if link and is_web and url.isprintable() and " " not in url and len(url) <= MAX_URL else ""


def _line(source: str, limit: int) -> str:
    """Returns the text of `source` (plain or HTML) on one line, without invisible or bidirectional controls."""
    text = clean_text(html_to_text(source[:MAX_MARKUP]))
    text = " ".join(text.split())
    return Truncator(text).chars(limit) if is_seen(text) else ""


def _moment(entry: Any) -> datetime | None:
    """Returns the date of `entry`, or None if it is missing or out of range."""
    # `dict.get`, because the parser's own method substitutes one date for the other, with a warning.
    moment = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    try:
        return datetime(*moment[:6], tzinfo=UTC) if moment and moment[0] in YEARS else None  # type: ignore[misc]
    except (ValueError, OverflowError):
        return None


def _what_else(body: bytes, url: str) -> str:
    """Returns the error message for content that is not a feed, with the feed URL that an HTML page declares."""
    page = _Page(url)
    page.feed(body[:MAX_HTML].decode("utf-8", "replace"))
    if page.feed_url:
        return gettext("This is a page and no feed. It names its feed: %(url)s") % {"url": page.feed_url}
    if page.is_html:
        return gettext("This is a page and no feed, and it names none.")
    return gettext("What came is no feed.")


class _Page(HTMLParser):
    """HTML parser that looks for the URL of the feed that a page declares."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.is_html = False
        self.feed_url = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_html = self.is_html or tag in ("html", "head", "body")
        values = {name: value or "" for name, value in attrs}
        is_feed = "alternate" in values.get("rel", "").lower().split() and values.get("type", "").lower() in FEED_TYPES
        if tag == "link" and is_feed and not self.feed_url:
            self.feed_url = web_url(values.get("href", ""), base=self.url)
