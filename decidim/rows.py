"""Rows of each kind, typed and checked. A parser raises `RowRefused`; it reads no database."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from common.sanitising import clean_text
from decidim.errors import Reason, RowRefused
from participation.models import Comment, Proposal

DEBATE_COLUMNS = ("id", "title/fr", "description/fr", "created_at", "url")
PROPOSAL_COLUMNS = ("id", "category/name/fr", "title", "body", "votes", "created_at", "url")
# How later versions of the platform name the same columns, and how its importer wants them.
PROPOSAL_COLUMNS_BY_LANGUAGE = {"title/fr": "title", "body/fr": "body"}
# Ours alone: the export of another platform has no such column, and its importer does not look at it.
KIND = "type"
COMMENT_COLUMNS = (
    "id",
    "created_at",
    "body",
    "author/id",
    "author/name",
    "alignment",
    "depth",
    "commentable_id",
    "commentable_type",
    "root_commentable_url",
)
COMMENT_TYPE = "Decidim::Comments::Comment"
DATE_FORMAT = "%Y-%m-%d %H:%M:%S %z"
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
ADDRESS_MAX_LENGTH = 200
BODY_MAX_LENGTH = 20_000
TITLE_MAX_LENGTH = 255
CATEGORY_MAX_LENGTH = 120
AUTHOR_MAX_LENGTH = 80
INTEGER_MAX = 2**31 - 1

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

    @property
    def component_url(self) -> str:
        """The address of the list that the proposal belongs to: what comes before `/proposals/<number>`.

        A site of this very program, from which `export_decidim` comes, has one list: `/propositions/`.
        """
        return re.sub(r"(/propositions/)[^/]*/?$", r"\1", re.sub(r"/proposals/[^/]*/?$", "/", self.url))


@dataclass(frozen=True)
class CommentRow:
    line: int
    number: str
    root_url: str
    parent_number: str | None
    depth: int
    position: int
    body: str
    author_number: str
    author_name: str
    created_at: datetime

    @property
    def url(self) -> str:
        return comment_address(self.root_url, self.number)

    @property
    def parent_url(self) -> str | None:
        return comment_address(self.root_url, self.parent_number) if self.parent_number else None


def comment_address(root_url: str, number: str) -> str:
    """Names a comment for good: bare numbers repeat from one platform to the next, addresses do not."""
    return f"{root_url}#comment-{number}"


def parse_debate(line: int, cells: Cells, now: datetime) -> DebateRow:
    return DebateRow(
        line=line,
        number=_number(cells["id"]),
        url=_address(cells["url"]),
        title=_title(cells["title/fr"]),
        description=clean_text(_not_too_long(cells["description/fr"], BODY_MAX_LENGTH)),
        created_at=_date(cells["created_at"], now),
    )


def parse_proposal(line: int, cells: Cells, now: datetime) -> ProposalRow:
    return ProposalRow(
        line=line,
        number=_number(cells["id"]),
        url=_address(cells["url"]),
        title=_title(cells["title"]),
        body=_body(cells["body"]),
        category=_not_too_long(_one_line(cells["category/name/fr"]), CATEGORY_MAX_LENGTH),
        votes=int(_number(cells["votes"])),
        created_at=_date(cells["created_at"], now),
        kind=Proposal.Kind.NEED if cells.get(KIND) == Proposal.Kind.NEED else Proposal.Kind.PROPOSAL,
    )


def parse_comment(line: int, cells: Cells, now: datetime) -> CommentRow:
    number, root_url = _number(cells["id"]), _address(cells["root_commentable_url"])
    if len(comment_address(root_url, number)) > ADDRESS_MAX_LENGTH:
        raise RowRefused(Reason.ADDRESS, root_url)
    is_reply = cells["commentable_type"].strip() == COMMENT_TYPE
    depth = cells["depth"].strip()
    if not re.fullmatch(r"\d{1,4}", depth, re.ASCII) or is_reply != bool(int(depth)):
        raise RowRefused(Reason.DEPTH, depth)
    if cells["alignment"].strip() not in {str(value) for value in Comment.Position.values}:
        raise RowRefused(Reason.POSITION, cells["alignment"])
    author_number = _number(cells["author/id"])
    return CommentRow(
        line=line,
        number=number,
        root_url=root_url,
        parent_number=_number(cells["commentable_id"]) if is_reply else None,
        depth=int(depth),
        position=int(cells["alignment"]),
        body=_body(cells["body"]),
        author_number=author_number,
        author_name=_one_line(cells["author/name"])[:AUTHOR_MAX_LENGTH] or f"Participant-{author_number}",
        created_at=_date(cells["created_at"], now),
    )


def _number(cell: str) -> str:
    """A whole number, in one writing only: `007` and `7` would be two addresses of one thing."""
    digits = cell.strip()
    if not re.fullmatch(r"\d{1,10}", digits, re.ASCII) or int(digits) > INTEGER_MAX:
        raise RowRefused(Reason.NUMBER, cell)
    return str(int(digits))


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
    try:
        date = datetime.strptime(cell.strip(), DATE_FORMAT)
    except ValueError as error:
        raise RowRefused(Reason.DATE, cell) from error
    if not EARLIEST <= date <= now:
        raise RowRefused(Reason.DATE, cell)
    return date


def _title(cell: str) -> str:
    title = _one_line(cell)
    if not title:
        raise RowRefused(Reason.TITLE)
    return _not_too_long(title, TITLE_MAX_LENGTH)


def _body(cell: str) -> str:
    """The text as it was written, line breaks and spaces at both ends included."""
    body = clean_text(cell)
    if not body.strip():
        raise RowRefused(Reason.BODY)
    return _not_too_long(body, BODY_MAX_LENGTH)


def _one_line(cell: str) -> str:
    return " ".join(clean_text(cell).split())


def _not_too_long(text: str, limit: int) -> str:
    if len(text) > limit:
        raise RowRefused(Reason.TOO_LONG, f"{len(text)} > {limit}")
    return text
