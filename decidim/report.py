"""Report of an import: counts, and each refused row with its reason."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.spreadsheets import csv_lines
from decidim.errors import Reason, RowRefused


@dataclass(frozen=True, order=True, slots=True)
class ReportedRefusal:
    """Refused row: file, first line in it, its number, and reason."""

    file: str
    line: int
    number: str
    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        sentence = _("%(file)s, line %(line)d (number %(number)s) refused: %(reason)s") % {
            "file": self.file,
            "line": self.line,
            "number": self.number or "?",
            "reason": self.reason.label,
        }
        return f"{sentence} [{self.detail}]" if self.detail else sentence


@dataclass
class FileReport:
    """Counts of the rows of one file.

    `read` is the sum of the three others. `missing` counts comments that are not in the file and get a placeholder;
    they are not rows. `depths`, `authors` and `votes` are about accepted rows. `calls` hold the proposals.
    """

    file: str
    created: int = 0
    unchanged: int = 0
    missing: int = 0
    refusals: list[ReportedRefusal] = field(default_factory=list)
    depths: Counter[int] = field(default_factory=Counter)
    authors: set[str] = field(default_factory=set)
    votes: int = 0
    calls: int = 0

    @property
    def accepted(self) -> int:
        return self.created + self.unchanged

    @property
    def read(self) -> int:
        return self.accepted + len(self.refusals)

    def refuse(self, line: int, number: str, refused: RowRefused) -> None:
        self.refusals.append(ReportedRefusal(self.file, line, number, refused.reason, refused.detail[:120]))


@dataclass
class Report:
    """Whole import. All of `as_dict()` except `created` and `unchanged` is the same at each run on the same export."""

    debates: FileReport
    debate_comments: FileReport
    proposals: FileReport
    proposal_comments: FileReport

    @property
    def files(self) -> tuple[FileReport, ...]:
        return (self.debates, self.debate_comments, self.proposals, self.proposal_comments)

    @property
    def refusals(self) -> Iterable[ReportedRefusal]:
        return (refusal for report in self.files for refusal in report.refusals)

    def csv_lines(self) -> Iterator[str]:
        """Yields the refused rows as CSV for a spreadsheet."""
        header = [_("File"), _("Line"), pgettext("refused row", "Number"), _("Reason"), _("Detail")]
        rows = (
            (refusal.file, refusal.line, refusal.number, refusal.reason.label, refusal.detail)
            for refusal in self.refusals
        )
        return csv_lines(header, rows)

    def as_dict(self) -> dict[str, int | dict[str, int]]:
        """Returns the object printed by `--json`. Refused rows count only in keys named after them."""
        return {
            "debates": self.debates.accepted,
            "debate_comments": self.debate_comments.accepted,
            "debate_comment_depths": {
                str(depth): count for depth, count in sorted(self.debate_comments.depths.items())
            },
            "debate_comment_authors": len(self.debate_comments.authors),
            "proposals": self.proposals.accepted,
            "proposal_votes": self.proposals.votes,
            "proposal_calls": self.proposals.calls,
            "proposal_comments": self.proposal_comments.read,
            "proposal_comments_attached": self.proposal_comments.accepted,
            "proposal_comments_refused": len(self.proposal_comments.refusals),
            "created": sum(report.created for report in self.files),
            "unchanged": sum(report.unchanged for report in self.files),
        }
