"""Record of the last run of each check, stored in the repository and shown by the accessibility page.

A result belongs to a commit: without one, or with uncommitted changes, nothing is recorded.
"""

import datetime as dt
import json
import subprocess
from pathlib import Path
from typing import Any

from tools.audit.report import Report
from tools.demonstration import ROOT

RECORD = ROOT / "cms" / "quality" / "last_audit.json"
# Figures that are published beside the faults, for the checks of pages and mails. Their labels are in
# `cms/quality/accessibility.py`.
RECORDED_FIGURES = {
    "axe": ("pages", "runs"),
    "markup": ("pages", "mails"),
    "lighthouse": ("pages", "lowest_accessibility"),
    "crawl": ("pages",),
    "mails": ("mails",),
    "weight": ("pages",),
}


def commit_of(root: Path) -> str:
    """Returns the commit of the work tree, ignoring the record itself, or "" with uncommitted changes."""

    def git(*arguments: str) -> str | None:
        process = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
        return process.stdout.strip() if process.returncode == 0 else None

    changes = git("status", "--porcelain", "--", ".", f":!{RECORD.relative_to(ROOT)}")
    return (git("rev-parse", "--short=10", "HEAD") or "") if changes == "" else ""


def of_run(report: Report, check: str, day: dt.date, commit: str) -> dict[str, Any]:
    """Returns the recorded values of a report: date, commit, tool, figures, number of faults."""
    return {
        "day": day.isoformat(),
        "commit": commit,
        "tool": report.tool,
        "seen": {name: report.figures[name] for name in RECORDED_FIGURES[check]},
        "faults": max(len(report.faults), report.figures.get("faults", 0)),
    }


def write(reports: dict[str, Report], *, day: dt.date, commit: str, record: Path = RECORD) -> str:
    """Replaces older results, passed or failed; returns a message with the outcome or the reason for not recording."""
    if not commit:
        return f"Nothing is written into {record.name}: a result belongs to a commit, and these files are none."
    records = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    records |= {
        check: of_run(report, check, day, commit) for check, report in reports.items() if check in RECORDED_FIGURES
    }
    record.write_text(json.dumps(records, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return f"The accessibility page says so once {record.name} is committed."
