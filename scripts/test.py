"""Run of the tests, which says loudly what could not be run.

`quick` is `make test`: SQLite, without the tests that are marked `thorough`. `all` is `make test-all`: every test
on SQLite, then those that open the database on PostgreSQL.

PostgreSQL is the one of DATABASE_URL, or a throw-away cluster of the programs found here. A test counts as skipped when
no database ran it. Where nothing may be skipped (CI=true), a skip is a failure.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

from scripts.postgres import NoPostgres, throwaway_cluster

ROOT = Path(__file__).resolve().parents[1]
NO_TESTS_COLLECTED = 5
# Material that may lie beside the project but never belongs to it: its absence is told, and is no failure.
OUTSIDE_MATERIAL = "material outside the project"
# What a test that needs PostgreSQL says on SQLite: `make test` leaves it to `make test-all`.
NOT_ON_SQLITE = "SQLite "


@dataclass
class Result:
    """Returns the result of one run of pytest: name of a test → why it was skipped, or an empty text if it was run."""

    database: str
    code: int
    seconds: float
    tests: dict[str, str] = field(default_factory=dict)

    @property
    def line(self) -> str:
        skipped = sum(bool(reason) for reason in self.tests.values())
        verdict = "passed" if self.code == 0 else f"FAILED (code {self.code})"
        return f"{self.database}: {verdict}, {len(self.tests) - skipped} run, {skipped} skipped, {self.seconds:.0f} s"


def read_report(path: Path) -> dict[str, str]:
    """Reads pytest's JUnit report, which we have just written ourselves."""
    if not path.exists():
        return {}
    tests = {}
    for case in ElementTree.parse(path).getroot().iter("testcase"):  # noqa: S314
        skipped = case.find("skipped")
        name = f"{case.get('classname')}::{case.get('name')}"
        tests[name] = "" if skipped is None else skipped.get("message") or "no reason given"
    return tests


def run_pytest(database: str, url: str, arguments: list[str]) -> Result:
    """Runs the tests in parallel on the database at `url` (an empty text means SQLite)."""
    # Beside the data of `make run`, never in it.
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var") / "tests"
    var_dir.mkdir(parents=True, exist_ok=True)
    report = var_dir / f"report-{database.lower()}.xml"
    report.unlink(missing_ok=True)
    env = {**os.environ, "VAR_DIR": str(var_dir), "DATABASE_URL": url}
    if not url:
        del env["DATABASE_URL"]
    print(f"\n=== Tests on {database} ===", flush=True)
    # Tests are handed out in pytest-django's order: those that empty the database come last in every worker, or one
    # of them would take the migrations' pages and groups from a test that needs them. One by one: in chunks, the long
    # tests of a browser would wait in one worker while the other has nothing left to do. Only those that share what
    # takes seconds to make stay together (tests/together.py).
    parallel = ("-n", "auto", "--dist", "loadgroup", "--no-loadscope-reorder")
    command = [sys.executable, "-m", "pytest", *parallel, f"--junitxml={report}", *arguments]
    started = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    return Result(database, code, time.monotonic() - started, read_report(report))


def run_on_postgres(arguments: list[str]) -> Result | str:
    """Returns the result on PostgreSQL, or the reason why there is none."""
    if url := os.environ.get("DATABASE_URL", ""):
        return run_pytest("PostgreSQL", url, arguments)
    try:
        with throwaway_cluster() as url:
            return run_pytest("PostgreSQL", url, arguments)
    except NoPostgres as reason:
        return str(reason)


def never_run(results: list[Result]) -> dict[str, str]:
    """Tests that no database ran, with the reason."""
    run = {name for result in results for name, reason in result.tests.items() if not reason}
    return {name: why for result in results for name, why in result.tests.items() if name not in run}


def run_tier(tier: str, arguments: list[str]) -> tuple[list[Result], list[str]]:
    """Runs the tests of a tier; returns the results, and a line for a database that is not here."""
    if tier == "quick":
        return [run_pytest("SQLite", "", ["-m", "not thorough", *arguments])], []
    results = [run_pytest("SQLite", "", arguments)]
    on_postgres = run_on_postgres(arguments)
    if isinstance(on_postgres, Result):
        return [*results, on_postgres], []
    return results, [f"SKIPPED: PostgreSQL, all tests ({on_postgres})"]


def main(tier: str, arguments: list[str]) -> int:
    results, skips = run_tier(tier, arguments)
    left_out = never_run(results)
    if tier == "quick":
        left_out = {name: reason for name, reason in left_out.items() if not reason.startswith(NOT_ON_SQLITE)}
    excused = sum(OUTSIDE_MATERIAL in reason for reason in left_out.values())
    skips += [
        f"SKIPPED: {name} ({reason})" for name, reason in sorted(left_out.items()) if OUTSIDE_MATERIAL not in reason
    ]
    notes = [f"SKIPPED: {excused} tests with {OUTSIDE_MATERIAL}, which is not here"] if excused else []
    print("\n=== Summary ===")
    for line in [*(result.line for result in results), *notes, *skips]:
        print(line)
    if tier == "quick":
        print("PostgreSQL, and every page and state in a browser, are left to 'make test-all'.")
    failed = any(result.code not in (0, NO_TESTS_COLLECTED) for result in results)
    nothing_ran = not any(result.tests for result in results)
    if nothing_ran:
        print("No test was run.")
    if skips and os.environ.get("CI"):
        print("Nothing may be skipped where CI is set.")
    return int(failed or nothing_ran or bool(skips and os.environ.get("CI")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
