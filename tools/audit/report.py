"""Report of a check, and the printed summary of all reports."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_LINES = 40


@dataclass
class Report:
    """Result of one check: informative figures, and faults, which must be empty."""

    name: str
    summary: str = ""
    # Third-party program with its version; empty for our own checks.
    tool: str = ""
    faults: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed}


def timed(check: Callable[[], Report]) -> Report:
    """Runs `check`; prints its duration and its findings."""
    started = time.monotonic()
    report = check()
    report.seconds = round(time.monotonic() - started, 1)
    verdict = "ok" if report.passed else f"FAILED ({len(report.faults)})"
    print(f"\n=== {report.name}: {verdict}, {report.seconds:.0f} s ===\n{report.summary}", flush=True)
    for fault in report.faults[:MOST_LINES]:
        print(f"  - {fault}")
    if len(report.faults) > MOST_LINES:
        print(f"  … and {len(report.faults) - MOST_LINES} more, in audit.json")
    return report


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Formats a text table, first column left-aligned, the others right-aligned."""
    lines = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))])
        for line in lines
    )
