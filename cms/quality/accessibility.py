"""Automatic accessibility checks, as listed on the accessibility page with the tests that perform them.

Includes the results of the last runs, which `make audit` writes to `last_audit.json` (`tools/audit/record.py`).
"""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Check:
    """Automatic check: its description for readers, and its test (`file::function`)."""

    words: Promise
    test: str


CHECKED_BY = "tests/browser/checks.py"
JOURNEYS = "tests/browser/test_journeys.py"

CHECKS = (
    Check(
        _("A program (axe) looks for known mistakes on each kind of page, light or dark, small screen or wide."),
        "tests/browser/axe.py::violations",
    ),
    Check(_("The code of pages is checked: one title, headings in order, nothing twice."), f"{CHECKED_BY}::structure"),
    Check(
        _("Pages are read on a very narrow screen, and with text twice as large: nothing is cut."),
        f"{CHECKED_BY}::layout",
    ),
    Check(_("Buttons are large enough for a finger."), f"{CHECKED_BY}::targets"),
    Check(
        _("Each button and each field is reached by keyboard, in order, and shows where you are."),
        "tests/browser/keyboard.py::walk",
    ),
    Check(
        _("Pages are looked at with the colours that a person chooses for the whole screen."),
        f"{CHECKED_BY}::forced_colours",
    ),
    Check(
        _("Pages stay light: they open on an old telephone."),
        "tests/browser/test_adaptation.py::test_weight_requests_cookies_and_storage",
    ),
    Check(
        _("The main journeys are done with and without JavaScript, on the screen of a telephone."),
        f"{JOURNEYS}::test_create_an_account_and_make_a_proposal_after_a_mistake",
    ),
    Check(
        _("The first texts of the site are measured: short sentences, common words."),
        "tests/home/test_language.py::test_pages_and_mails_are_easy_to_read",
    ),
)

LAST_AUDIT = Path(__file__).with_name("last_audit.json")


@dataclass(frozen=True)
class CheckKind:
    """Kind of check of `make audit`: its description for readers, and its coverage."""

    words: Promise
    seen: Promise


# In the order of the page. The run must provide every placeholder of `seen`.
KINDS = {
    "axe": CheckKind(
        _("Known mistakes, contrasts, sizes and headings; each page in two widths, light and dark"),
        _("%(pages)s pages and states, looked at %(runs)s times"),
    ),
    "lighthouse": CheckKind(
        _("The main pages on a telephone: mark for accessibility, out of 100"),
        _("%(pages)s pages, the lowest mark is %(lowest_accessibility)s"),
    ),
    "markup": CheckKind(
        _("The code of pages and mails, by the rules of the web"), _("%(pages)s pages, %(mails)s mails")
    ),
    "crawl": CheckKind(_("Links, titles and headings, from page to page"), _("%(pages)s pages")),
    "mails": CheckKind(_("What mail programs leave out of our mails"), _("%(mails)s mails")),
    "weight": CheckKind(_("The weight of the main pages, for old telephones"), _("%(pages)s pages")),
}


@dataclass(frozen=True)
class Run:
    """Last run of a check: a row of the table."""

    words: Promise
    tool: str
    seen: str
    day: dt.date
    commit: str
    faults: int

    @property
    def result(self) -> str:
        if not self.faults:
            return str(_("no fault"))
        return ngettext("%(count)d fault", "%(count)d faults", self.faults) % {"count": self.faults}


def last_runs(record: Path = LAST_AUDIT) -> list[Run]:
    """Returns the last recorded run of each kind, in the order of KINDS."""
    records: dict[str, dict[str, Any]] = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    return [_as_run(KINDS[check], records[check]) for check in KINDS if check in records]


def _as_run(kind: CheckKind, record: dict[str, Any]) -> Run:
    summary = str(kind.seen) % record["seen"]
    day = dt.date.fromisoformat(record["day"])
    return Run(kind.words, record["tool"], summary, day, record["commit"], record["faults"])
