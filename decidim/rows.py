"""Rows of each kind, typed and validated. Parsers raise `RowRefused`, and do not use the database."""

import html
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from common.sanitising import clean_text
from decidim.errors import Reason, RowRefused
from participation.models import Comment, Proposal

# Later versions export for a debate only the dates of its phase, which may be empty, and of its last comment.
LAST_COMMENT = "last_comment_at"
DEBATE_COLUMNS = ("id", "title/fr", "description/fr", "created_at", "url")
PROPOSAL_COLUMNS = ("id", "title", "body", "votes", "created_at", "url")
# Names of the same columns in other versions of the platform, and in its importer. The first one found is used.
OTHER_DEBATE_COLUMNS = {"published_at": "created_at", "start_time": "created_at", LAST_COMMENT: "created_at"}
OTHER_PROPOSAL_COLUMNS = {"title/fr": "title", "body/fr": "body", "supports": "votes", "published_at": "created_at"}
OTHER_COMMENT_COLUMNS = {"body/fr": "body", "published_at": "created_at"}
# Own column: other platforms do not export it, and their importer ignores it.
KIND = "type"
# Absent or empty for comments without a name.
AUTHOR_COLUMNS = ("author/id", "author/name")
COMMENT_COLUMNS = (
    "id",
    "created_at",
    "body",
    "alignment",
    "depth",
    "commentable_id",
    "commentable_type",
    "root_commentable_url",
)
COMMENT_TYPE = "Decidim::Comments::Comment"
# Content, not interface: name of a person of whom the export says nothing.
ANONYMOUS = "Participant"
# Format of the export; ISO 8601, and the suffixes UTC or Z, are also read.
DATE_FORMAT = "%Y-%m-%d %H:%M:%S %z"
DATE = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(UTC|Z|[+-]\d\d:?\d\d)", re.ASCII)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
ADDRESS_MAX_LENGTH = 500
BODY_MAX_LENGTH = 40_000
TITLE_MAX_LENGTH = 255
CATEGORY_MAX_LENGTH = 120
AUTHOR_MAX_LENGTH = 80
INTEGER_MAX = 2**31 - 1
# Tags written by a platform's editor, and tags that must never be taken for text.
MARKUP = re.compile(
    r"</?(?:p|br|div|span|strong|b|em|i|u|s|ul|ol|li|a|h[1-6]|blockquote|img|iframe|script|style)\b[^>]*>",
    re.IGNORECASE,
)
# Addresses in angle brackets, as mail programs write them: a parser of HTML takes them for tags.
BRACKETED = re.compile(r"<((?:https?://|mailto:)[^<>\s]+|[^<>\s/@]+@[^<>\s@]+)>", re.IGNORECASE)
# Addresses that lead nowhere outside of the text: a place in it, an embedded picture, a script.
WITHIN_TEXT = ("#", "data:", "javascript:")

is_web_address = URLValidator(schemes=["http", "https"])
Cells = dict[str, str]


@dataclass(frozen=True)
class DebateRow:
    line: int
    number: str
    url: str
    title: str
    description: str
    created_at: datetime


@dataclass(frozen=True)
class ProposalRow:
    line: int
    number: str
    url: str
    title: str
    body: str
    category: str
    votes: int
    created_at: datetime
    kind: str = Proposal.Kind.PROPOSAL


@dataclass(frozen=True, slots=True)
class CommentPlace:
    """Place of a comment: its root, and the number of the comment it answers."""

    root_url: str
    number: int
    parent_number: int | None
    depth: int

    @property
    def url(self) -> str:
        """Permanent identifier of a comment: bare numbers repeat across platforms, URLs do not."""
        return f"{self.root_url}#comment-{self.number}"

    @property
    def parent_url(self) -> str | None:
        return f"{self.root_url}#comment-{self.parent_number}" if self.parent_number is not None else None


@dataclass(frozen=True)
class CommentRow:
    line: int
    place: CommentPlace
    position: int
    body: str
    # "" for a person whom the export does not tell from others.
    author_number: str
    author_name: str
    created_at: datetime

    @property
    def url(self) -> str:
        return self.place.url


def component_url(url: str) -> str:
    """Returns the URL of the list of the proposal at `url`: the part before `/proposals/<number>`.

    A site with this program, from which `export_decidim` comes, has one list: `/propositions/`.
    """
    return re.sub(r"(/propositions/)[^/]*/?$", r"\1", re.sub(r"/proposals/[^/]*/?$", "/", url))


def parse_debate(line: int, cells: Cells, now: datetime) -> DebateRow:
    return DebateRow(
        line=line,
        number=_number(cells, "id"),
        url=_address(cells["url"]),
        title=_title(cells["title/fr"]),
        description=BRACKETED.sub(r"&lt;\1&gt;", clean_text(_not_too_long(cells["description/fr"], BODY_MAX_LENGTH))),
        created_at=_date(cells["created_at"].strip() or cells.get(LAST_COMMENT, ""), now),
    )


def parse_proposal(line: int, cells: Cells, now: datetime) -> ProposalRow:
    return ProposalRow(
        line=line,
        number=_number(cells, "id"),
        url=_address(cells["url"]),
        title=_title(cells["title"]),
        body=_body(cells["body"]),
        category=_not_too_long(_one_line(_category(cells)), CATEGORY_MAX_LENGTH),
        votes=int(_number(cells, "votes")),
        created_at=_date(cells["created_at"], now),
        kind=Proposal.Kind.NEED if cells.get(KIND) == Proposal.Kind.NEED else Proposal.Kind.PROPOSAL,
    )


def parse_place(cells: Cells) -> CommentPlace:
    """Returns the place of the comment, regardless of its text: replies to a refused comment may be kept."""
    number, root_url = _number(cells, "id"), _address(cells["root_commentable_url"])
    is_reply = cells["commentable_type"].strip() == COMMENT_TYPE
    depth = cells["depth"].strip()
    if not re.fullmatch(r"\d{1,4}", depth, re.ASCII) or is_reply != bool(int(depth)):
        raise RowRefused(Reason.DEPTH, depth)
    parent_number = int(_number(cells, "commentable_id")) if is_reply else None
    # Many comments share one root: its URL is stored once.
    place = CommentPlace(sys.intern(root_url), int(number), parent_number, int(depth))
    if len(place.url) > ADDRESS_MAX_LENGTH:
        raise RowRefused(Reason.ADDRESS, root_url)
    return place


def parse_comment(line: int, cells: Cells, now: datetime) -> CommentRow:
    place = parse_place(cells)
    if cells["alignment"].strip() not in {str(value) for value in Comment.Position.values}:
        raise RowRefused(Reason.POSITION, cells["alignment"])
    author_number = _number(cells, "author/id") if cells.get("author/id", "").strip() else ""
    return CommentRow(
        line=line,
        place=place,
        position=int(cells["alignment"]),
        body=_body(cells["body"]),
        author_number=author_number,
        author_name=_one_line(cells.get("author/name", ""))[:AUTHOR_MAX_LENGTH] or _pseudonym(author_number),
        created_at=_date(cells["created_at"], now),
    )


def _pseudonym(author_number: str) -> str:
    return f"{ANONYMOUS}-{author_number}" if author_number else ANONYMOUS


def _number(cells: Cells, column: str) -> str:
    """Returns a normalised whole number: `007` and `7` would be two URLs of one object."""
    digits = cells[column].strip()
    if not re.fullmatch(r"\d{1,10}", digits, re.ASCII) or int(digits) > INTEGER_MAX:
        raise RowRefused(Reason.NUMBER, f"{column}: {digits}")
    return str(int(digits))


@lru_cache(maxsize=1_000)
def _address(cell: str) -> str:
    address = cell.strip()
    try:
        is_web_address(address)
    except ValidationError as error:
        raise RowRefused(Reason.ADDRESS, address) from error
    if len(address) > ADDRESS_MAX_LENGTH or not urlsplit(address).hostname:
        raise RowRefused(Reason.ADDRESS, address)
    return address


def _date(cell: str, now: datetime) -> datetime:
    written = DATE.fullmatch(cell.strip())
    if not written:
        raise RowRefused(Reason.DATE, cell)
    moment, zone = written.groups()
    try:
        date = datetime.fromisoformat(moment + ("+00:00" if zone in ("UTC", "Z") else zone))
    except ValueError as error:
        raise RowRefused(Reason.DATE, cell) from error
    if not EARLIEST <= date <= now:
        raise RowRefused(Reason.DATE, cell)
    return date.astimezone(UTC)


def _title(cell: str) -> str:
    title = _one_line(cell)
    if not title:
        raise RowRefused(Reason.TITLE)
    return _not_too_long(title, TITLE_MAX_LENGTH)


def _category(cells: Cells) -> str:
    """Returns the first category with a French name, under the column name of each version."""
    names = (name for name in cells if re.fullmatch(r"category/name/fr|taxonomies/\d+/fr", name))
    return next((cells[name] for name in names if cells[name].strip()), "")


def plain_text(source: str) -> str:
    """Returns `source` as text: unchanged without markup, an editor's HTML by paragraphs and lines.

    The URL of a link, a picture or a video is put in brackets after its words, unless they are that URL.
    """
    if not MARKUP.search(source):
        return source
    source = BRACKETED.sub(r"&lt;\1&gt;", source)
    spaced = re.sub(r"<br\b[^>]*>|</(?:li|div)>", "\n", with_addresses(source), flags=re.IGNORECASE)
    spaced = re.sub(r"</(?:p|h[1-6]|blockquote|ul|ol)>", "\n\n", spaced, flags=re.IGNORECASE)
    spaced = re.sub(r"<li\b[^>]*>", "- ", spaced, flags=re.IGNORECASE)
    text = clean_text(html.unescape(nh3.clean(spaced, tags=set())))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def with_addresses(source: str) -> str:
    """Returns the HTML `source` with the URLs of its links and media in the text."""
    page = BeautifulSoup(source, "html.parser")
    for tag in page.select("a[href], img[src], iframe[src]"):
        address = str(tag.get("href") or tag.get("src")).strip().removeprefix("mailto:").removeprefix("tel:")
        text = tag.get_text(" ", strip=True) or str(tag.get("alt") or "")
        is_external = bool(address) and not address.startswith(WITHIN_TEXT)
        if tag.name != "a":
            tag.replace_with(f" {text} ({address if is_external else tag.name}) ")
        elif is_external and address not in text:
            tag.append(f" ({address})")
    return str(page)


def _body(cell: str) -> str:
    """Returns the unchanged text, including line breaks and outer spaces; markup becomes text."""
    body = plain_text(clean_text(cell))
    if not body.strip():
        raise RowRefused(Reason.BODY)
    return _not_too_long(body, BODY_MAX_LENGTH)


def _one_line(cell: str) -> str:
    return " ".join(clean_text(cell).split())


def _not_too_long(text: str, limit: int) -> str:
    if len(text) > limit:
        raise RowRefused(Reason.TOO_LONG, f"{len(text)} > {limit}")
    return text
