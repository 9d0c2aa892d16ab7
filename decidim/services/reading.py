"""First pass over the files: each row is validated, and only its position stays in memory, not its text."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from decidim.errors import Reason, RowRefused
from decidim.reader import ExportTable
from decidim.report import FileReport
from decidim.rows import CommentPlace, CommentRow, DebateRow, ProposalRow, parse_comment, parse_place

Row = TypeVar("Row", DebateRow, ProposalRow, CommentRow)
Parser = Callable[[int, dict[str, str], datetime], Row]


@dataclass(frozen=True, slots=True)
class FoundRow:
    """Accepted row of debates or proposals. They are written in order of date."""

    created_at: datetime
    url: str
    line: int
    offset: int


@dataclass(frozen=True, slots=True)
class FoundComment:
    """Accepted comment, or (without an offset) one that is not in the file and has replies.

    Comments are written by `level`, so that a parent exists before its replies, then in order of date.
    """

    level: int
    created_at: datetime
    place: CommentPlace
    line: int = 0
    offset: int | None = None

    @property
    def url(self) -> str:
        return self.place.url

    @property
    def order(self) -> tuple[int, datetime, str, int]:
        return self.level, self.created_at, self.place.root_url, self.place.number


@dataclass
class File(Generic[Row]):
    """File after the first pass; its rows are read again from the disk when they are written."""

    table: ExportTable
    parse: Parser[Row]
    now: datetime
    rows: list[FoundRow] = field(default_factory=list)

    def read(self, rows: Iterable[FoundRow]) -> Iterator[Row]:
        with self.table.path.open("rb") as file:
            for row in rows:
                yield self.parse(row.line, self.table.cells_at(file, row.offset), self.now)


@dataclass
class CommentFile:
    """Comments of a file by root and number, and the places of refused ones."""

    table: ExportTable
    now: datetime
    comments: dict[str, dict[int, FoundComment]] = field(default_factory=lambda: defaultdict(dict))
    refused: dict[str, dict[int, CommentPlace]] = field(default_factory=lambda: defaultdict(dict))

    def read(self, comments: Iterable[FoundComment]) -> Iterator[tuple[FoundComment, CommentRow | None]]:
        """Yields each of `comments` with its row; None for one that is not in the file."""
        with self.table.path.open("rb") as file:
            for comment in comments:
                if comment.offset is None:
                    yield comment, None
                else:
                    cells = self.table.cells_at(file, comment.offset)
                    yield comment, parse_comment(comment.line, cells, self.now)

    def refuse(self, comment: FoundComment, refused: RowRefused, report: FileReport) -> None:
        """Removes `comment`, and keeps its place for its replies."""
        root = comment.place.root_url
        del self.comments[root][comment.place.number]
        self.refused[root][comment.place.number] = comment.place
        report.refuse(comment.line, str(comment.place.number), refused)

    def refuse_wrong_depths(self, report: FileReport) -> None:
        """Refuses replies whose depth is not one more than that of the answered comment in the same file."""
        for siblings in self.comments.values():
            pairs = [
                (comment, siblings[comment.place.parent_number])
                for comment in siblings.values()
                if comment.place.parent_number is not None and comment.place.parent_number in siblings
            ]
            for comment in (reply for reply, parent in pairs if parent.level != reply.level - 1):
                self.refuse(comment, RowRefused(Reason.DEPTH, str(comment.level)), report)

    def add_missing(self, existing_urls: Callable[[Iterable[str]], set[str]]) -> None:
        """Adds the answered comments that are neither in the file nor `existing_urls`, which returns the URLs in the
        database.

        A refused comment keeps the place of its row; one without a row has no known place, and begins a thread.
        """
        pending = {
            comment.place.parent_url: comment
            for siblings in self.comments.values()
            for comment in sorted(siblings.values(), key=lambda comment: comment.order, reverse=True)
            if comment.place.parent_number is not None and comment.place.parent_number not in siblings
        }
        while pending:
            exist = existing_urls(url for url in pending if url)
            children = [child for url, child in pending.items() if url not in exist]
            pending = {}
            for child in children:
                missing = self._missing(child)
                self.comments[missing.place.root_url][missing.place.number] = missing
                parent_number = missing.place.parent_number
                if parent_number is not None and parent_number not in self.comments[missing.place.root_url]:
                    pending[missing.place.parent_url] = missing

    def _missing(self, child: FoundComment) -> FoundComment:
        """Returns the comment that `child` answers. Levels decrease by one, so that cycles of replies end."""
        place, level = child.place, child.level - 1
        number = place.parent_number
        assert number is not None, "called for replies"  # noqa: S101
        refused = self.refused[place.root_url].get(number)
        if refused is None or refused.depth != level:
            refused = CommentPlace(place.root_url, number, None, level)
        return FoundComment(level, child.created_at, refused)


def read_rows(table: ExportTable, parse: Parser[Row], report: FileReport, now: datetime) -> File[Row]:
    """Reads all of `table`; invalid rows, and a second row with the same URL, go to the report."""
    file = File(table, parse, now)
    urls: set[str] = set()
    for raw in table.rows():
        try:
            row = parse(raw.line, _cells(raw.cells), now)
            if row.url in urls:
                raise RowRefused(Reason.DUPLICATE, row.url)
        except RowRefused as refused:
            report.refuse(raw.line, _written_number(raw.cells), refused)
            continue
        urls.add(row.url)
        file.rows.append(FoundRow(row.created_at, row.url, raw.line, raw.offset))
    file.rows.sort(key=lambda reference: (reference.created_at, reference.url))
    return file


def read_comments(table: ExportTable, report: FileReport, now: datetime) -> CommentFile:
    """Reads all comments of `table`, in the same way as `read_rows`."""
    file = CommentFile(table, now)
    for raw in table.rows():
        place = None
        try:
            cells = _cells(raw.cells)
            place = parse_place(cells)
            if place.number in file.comments[place.root_url]:
                raise RowRefused(Reason.DUPLICATE, place.url)
            row = parse_comment(raw.line, cells, now)
        except RowRefused as refused:
            if place and refused.reason != Reason.DUPLICATE:
                file.refused[place.root_url][place.number] = place
            report.refuse(raw.line, _written_number(raw.cells), refused)
            continue
        file.comments[place.root_url][place.number] = FoundComment(
            place.depth, row.created_at, place, raw.line, raw.offset
        )
    return file


def _cells(cells: dict[str, str] | None) -> dict[str, str]:
    if cells is None:
        raise RowRefused(Reason.CELLS)
    return cells


def _written_number(cells: dict[str, str] | None) -> str:
    return (cells or {}).get("id", "").strip()[:20]
