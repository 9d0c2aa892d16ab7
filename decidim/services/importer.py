"""Complete import: reads all four files, then writes them one after the other."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from decidim import rows as parsers
from decidim.errors import ExportError, Reason, RowRefused
from decidim.reader import open_table
from decidim.report import FileReport, Report
from decidim.rows import DebateRow, ProposalRow
from decidim.services import writer
from decidim.services.reading import CommentFile, File, read_comments, read_rows

DEBATES = "debats.csv"
DEBATE_COMMENTS = "commentaires_debats.csv"
PROPOSALS = "propositions-libres.csv"
PROPOSAL_COMMENTS = "commentaires_propositions_libres.csv"

# New calls for the proposals of one export. A platform has some components; more mean addresses of another form.
MAX_CALLS = 20

Files = tuple[File[DebateRow], CommentFile, File[ProposalRow], CommentFile]
Progress = Callable[[str], None]


def import_folder(
    folder: Path,
    *,
    now: datetime,
    progress: Progress = lambda line: None,
    dry_run: bool = False,
    max_calls: int = MAX_CALLS,
) -> Report:
    """Imports the export in `folder` and returns a report on each row.

    All files are read completely before anything is written (`ExportError` otherwise). Each file is one transaction:
    a failure rolls back its own rows, and keeps the previous files. A second import creates nothing. With `dry_run`,
    everything is done and then rolled back.

    An export whose proposals would be divided into more than `max_calls` new calls is refused (`ExportError`).
    """
    if not folder.is_dir():
        raise ExportError(_("The folder %(folder)s does not exist.") % {"folder": folder})
    report = Report(*(FileReport(name) for name in (DEBATES, DEBATE_COMMENTS, PROPOSALS, PROPOSAL_COMMENTS)))
    files = _read_all(folder, report, now)
    _refuse_many_calls(files[2], max_calls)
    if not dry_run:
        _write_all(files, report, progress)
        return report
    with transaction.atomic():
        _write_all(files, report, progress)
        transaction.set_rollback(True)
    return report


def _read_all(folder: Path, report: Report, now: datetime) -> Files:
    debates = open_table(folder / DEBATES, parsers.DEBATE_COLUMNS, parsers.OTHER_DEBATE_COLUMNS)
    debate_comments = open_table(folder / DEBATE_COMMENTS, parsers.COMMENT_COLUMNS, parsers.OTHER_COMMENT_COLUMNS)
    proposals = open_table(folder / PROPOSALS, parsers.PROPOSAL_COLUMNS, parsers.OTHER_PROPOSAL_COLUMNS)
    proposal_comments = open_table(folder / PROPOSAL_COMMENTS, parsers.COMMENT_COLUMNS, parsers.OTHER_COMMENT_COLUMNS)
    return (
        read_rows(debates, parsers.parse_debate, report.debates, now),
        read_comments(debate_comments, report.debate_comments, now),
        read_rows(proposals, parsers.parse_proposal, report.proposals, now),
        read_comments(proposal_comments, report.proposal_comments, now),
    )


def _refuse_many_calls(proposals: File[ProposalRow], max_calls: int) -> None:
    """Raises `ExportError` for addresses that do not name a component: each proposal would get a call of its own."""
    components = writer.new_components(proposals.rows)
    if len(components) > max_calls:
        raise ExportError(
            _(
                "%(file)s would create %(count)d calls, one for each list of proposals such as %(address)s. If this is"
                " right, run the command again with --max-calls %(count)d."
            )
            % {"file": PROPOSALS, "count": len(components), "address": min(components)}
        )


def _write_all(files: Files, report: Report, progress: Progress) -> None:
    debates, debate_comments, proposals, proposal_comments = files

    started = monotonic()
    writer.write_debates(debates, report.debates)
    progress(_summary(report.debates, started))

    started = monotonic()
    _write_comments(debate_comments, "page", (row.url for row in debates.rows), report.debate_comments)
    progress(_summary(report.debate_comments, started))

    started = monotonic()
    writer.write_proposals(proposals, report.proposals)
    progress(_summary(report.proposals, started))

    started = monotonic()
    roots = (row.url for row in proposals.rows)
    _write_comments(proposal_comments, "proposal", roots, report.proposal_comments)
    progress(_summary(report.proposal_comments, started))


def _write_comments(file: CommentFile, field: str, addresses: Iterable[str], report: FileReport) -> None:
    """Writes the comments, and refuses those whose root URL is not that of an imported object.

    Bare numbers are never compared: two platforms use the same ones for different objects.
    """
    with transaction.atomic():
        discussions = writer.discussions_by_address(file.comments, field)
        platforms = {_platform(address) for address in (*addresses, *discussions)}
        for root in file.comments.keys() - discussions.keys():
            reason = Reason.UNKNOWN_ROOT if _platform(root) in platforms else Reason.OTHER_PLATFORM
            for comment in file.comments.pop(root).values():
                report.refuse(comment.line, str(comment.place.number), RowRefused(reason, root))
        file.refuse_wrong_depths(report)
        file.add_missing(writer.known_comments)
        writer.write_comments(file, discussions, report)
    report.refusals.sort()


def _platform(address: str) -> str:
    return urlsplit(address).netloc.casefold()


def _summary(report: FileReport, started: float) -> str:
    line = _(
        "%(file)s: %(read)d rows, %(created)d created, %(unchanged)d unchanged, %(refused)d refused (%(seconds).1f s)"
    ) % {
        "file": report.file,
        "read": report.read,
        "created": report.created,
        "unchanged": report.unchanged,
        "refused": len(report.refusals),
        "seconds": monotonic() - started,
    }
    if report.missing:
        missing = _("%(count)d comments that are answered but not in the file keep an empty place.")
        line += f"\n{missing % {'count': report.missing}}"
    if report.calls:
        line += "\n" + _("Number of calls that hold these proposals: %(count)d.") % {"count": report.calls}
    return line
