"""Import from end to end: read all four files, then write them one after the other."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TypeVar
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from decidim import rows as parsers
from decidim.errors import ExportError, Reason, RowRefused
from decidim.reader import Table, read_table
from decidim.report import FileReport, Report
from decidim.rows import CommentRow, DebateRow, ProposalRow
from decidim.services import writer

DEBATES = "debats.csv"
DEBATE_COMMENTS = "commentaires_debats.csv"
PROPOSALS = "propositions-libres.csv"
PROPOSAL_COMMENTS = "commentaires_propositions_libres.csv"

Row = TypeVar("Row", DebateRow, ProposalRow, CommentRow)
Progress = Callable[[str], None]


def import_folder(
    folder: Path, *, now: datetime, progress: Progress = lambda line: None, dry_run: bool = False
) -> Report:
    """Imports the export in `folder` and says what became of each row.

    All files are read and their columns checked before anything is written (`ExportError` then). Each file is one
    transaction: a failure leaves out the rows of its file, and keeps the files before it. A second import creates
    nothing. With `dry_run`, everything is done and then undone.
    """
    if not folder.is_dir():
        raise ExportError(_("The folder %(folder)s does not exist.") % {"folder": folder})
    debates = read_table(folder / DEBATES, parsers.DEBATE_COLUMNS)
    debate_comments = read_table(folder / DEBATE_COMMENTS, parsers.COMMENT_COLUMNS)
    proposals = read_table(folder / PROPOSALS, parsers.PROPOSAL_COLUMNS, parsers.PROPOSAL_COLUMNS_BY_LANGUAGE)
    proposal_comments = read_table(folder / PROPOSAL_COMMENTS, parsers.COMMENT_COLUMNS)
    tables = (debates, debate_comments, proposals, proposal_comments)
    if not dry_run:
        return _write_all(tables, now, progress)
    with transaction.atomic():
        report = _write_all(tables, now, progress)
        transaction.set_rollback(True)
    return report


def _write_all(tables: tuple[Table, Table, Table, Table], now: datetime, progress: Progress) -> Report:
    debates, debate_comments, proposals, proposal_comments = tables
    report = Report(
        debates=FileReport(debates.name),
        debate_comments=FileReport(debate_comments.name),
        proposals=FileReport(proposals.name),
        proposal_comments=FileReport(proposal_comments.name),
    )

    started = monotonic()
    debate_rows = _parse(debates, parsers.parse_debate, report.debates, now)
    writer.write_debates(debate_rows, report.debates)
    progress(_summary(report.debates, started))

    started = monotonic()
    accepted = _write_comments(debate_comments, "page", {row.url for row in debate_rows}, report.debate_comments, now)
    report.depths = Counter(row.depth for row in accepted)
    report.authors = {row.author_number for row in accepted}
    progress(_summary(report.debate_comments, started))

    started = monotonic()
    proposal_rows = _parse(proposals, parsers.parse_proposal, report.proposals, now)
    writer.write_proposals(proposal_rows, report.proposals)
    report.votes = sum(row.votes for row in proposal_rows)
    progress(_summary(report.proposals, started))

    started = monotonic()
    roots = {row.url for row in proposal_rows}
    _write_comments(proposal_comments, "proposal", roots, report.proposal_comments, now)
    progress(_summary(report.proposal_comments, started))
    return report


def _parse(
    table: Table, parser: Callable[[int, dict[str, str], datetime], Row], report: FileReport, now: datetime
) -> list[Row]:
    """Returns the rows of `table` that hold together; the others, and a second row of one address, go to the report."""
    parsed: list[Row] = []
    seen: set[str] = set()
    for raw in table.rows:
        number = (raw.cells or {}).get("id", "").strip()[:20]
        try:
            if raw.cells is None:
                raise RowRefused(Reason.CELLS)
            row = parser(raw.line, raw.cells, now)
            if row.url in seen:
                raise RowRefused(Reason.DUPLICATE, row.url)
        except RowRefused as refused:
            report.refuse(raw.line, number, refused)
            continue
        seen.add(row.url)
        parsed.append(row)
    return parsed


def _write_comments(
    table: Table, field: str, addresses: set[str], report: FileReport, now: datetime
) -> list[CommentRow]:
    """Refuses the comments whose root address is not that of something imported, and writes the others.

    Bare numbers are never compared: two platforms give the same ones to different things.
    """
    with transaction.atomic():
        parsed = _parse(table, parsers.parse_comment, report, now)
        discussions = writer.discussions_by_address(parsed, field)
        platforms = {_platform(address) for address in addresses | discussions.keys()}
        rooted = []
        for row in parsed:
            if row.root_url in discussions:
                rooted.append(row)
                continue
            known = _platform(row.root_url) in platforms
            reason = Reason.UNKNOWN_ROOT if known else Reason.OTHER_PLATFORM
            report.refuse(row.line, row.number, RowRefused(reason, row.root_url))
        accepted = writer.write_comments(rooted, discussions, report)
    report.refusals.sort()
    return accepted


def _platform(address: str) -> str:
    return urlsplit(address).netloc.casefold()


def _summary(report: FileReport, started: float) -> str:
    return _(
        "%(file)s: %(read)d rows, %(created)d created, %(unchanged)d unchanged, %(refused)d refused (%(seconds).1f s)"
    ) % {
        "file": report.file,
        "read": report.read,
        "created": report.created,
        "unchanged": report.unchanged,
        "refused": len(report.refusals),
        "seconds": monotonic() - started,
    }
