"""Import of OPML files: parsing, and the sources that are added."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

import listparser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from common.sanitising import clean_text, is_seen
from common.tables import WORKBOOK_STARTS
from veille.errors import OutlineRefused
from veille.models import Source
from veille.models.sources import is_feed_address

MAX_BYTES = 500_000
MAX_SOURCES = 1_000
MAX_NAME = Source._meta.get_field("name").max_length or 0
MAX_URL = Source._meta.get_field("feed_url").max_length or 0


@dataclass(frozen=True)
class Refused:
    """Refused line of the file, with the reason."""

    name: str
    url: str
    reason: str


@dataclass
class Import:
    """Result of an import or its preview: new, existing and refused sources, and lines that give no source.

    `without_address` are the names of lines without the address of a feed, `repeated` the addresses of several lines.
    """

    created: list[Source] = field(default_factory=list)
    unchanged: list[Source] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    without_address: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


def read_outline(content: bytes) -> Import:
    """Parses the OPML file `content`, compares it with the sources and saves nothing. Raises `OutlineRefused`."""
    if len(content) > MAX_BYTES:
        raise OutlineRefused(gettext("The file is longer than 500 kB. Split it."))
    if content.startswith(WORKBOOK_STARTS):
        raise OutlineRefused(gettext("This is a workbook. Sources come in an OPML file, which feed readers give."))
    try:
        content.decode()
    except UnicodeDecodeError:
        raise OutlineRefused(gettext("The file is not written in UTF-8.")) from None
    if b"<!entity" in content.lower():
        raise OutlineRefused(gettext("The file declares entities, which a list of sources does not need."))
    feeds = listparser.parse(content).feeds
    if not feeds:
        raise OutlineRefused(gettext("The file holds no feed. An OPML file is needed."))
    by_url = {source.feed_url: source for source in Source.objects.all()}
    without_address, repeated = _left_out(content)
    result = Import(without_address=without_address, repeated=repeated)
    for feed in feeds:
        _add_line(result, _line(feed.get("title", "")), (feed.get("url") or "").strip(), by_url)
    return result


class _Lines(HTMLParser):
    """Attributes of the lines of an OPML file, without those that have others below them: folders."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.lines: list[dict[str, str | None]] = []
        self._is_open = False
        self.feed(content.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "outline":
            if self._is_open:
                self.lines.pop()
            self.lines.append(dict(attrs))
            self._is_open = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "outline":
            self._is_open = False


def _left_out(content: bytes) -> tuple[list[str], list[str]]:
    """Returns the names of lines without an address, and the repeated addresses: `listparser` drops both."""
    names, counts = [], Counter[str]()
    for line in _Lines(content).lines:
        if url := (line.get("xmlurl") or "").strip():
            counts[_line(url)] += 1
        else:
            names.append(_line(line.get("text") or line.get("title") or "") or gettext("without a name"))
    return names, [url for url, count in counts.items() if count > 1]


def _add_line(result: Import, name: str, url: str, by_url: dict[str, Source]) -> None:
    if url in by_url:
        if by_url[url].pk and by_url[url] not in result.unchanged:
            result.unchanged.append(by_url[url])
        return
    if reason := _refusal_reason(url, len(result.created)):
        result.refused.append(Refused(name, _line(url), reason))
        return
    by_url[url] = Source(name=(name or url)[:MAX_NAME], feed_url=url)
    result.created.append(by_url[url])


def _refusal_reason(url: str, count: int) -> str:
    try:
        is_feed_address(url)
    except ValidationError as error:
        return " ".join(error.messages)
    if len(url) > MAX_URL:
        return gettext("The address is too long.")
    if count >= MAX_SOURCES:
        return gettext("One file adds 1,000 sources at most.")
    return ""


def _line(text: str) -> str:
    line = " ".join(clean_text(text).split())
    return line[:MAX_URL] if is_seen(line) else ""


@transaction.atomic
def import_outline(content: bytes) -> Import:
    """Adds the new sources of `content` and returns the result. Idempotent."""
    result = read_outline(content)
    Source.objects.bulk_create(result.created, ignore_conflicts=True)
    return result
