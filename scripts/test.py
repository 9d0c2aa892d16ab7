"""Runs the tests of a tier and lists prominently what could not run.

`first` is `make test`: SQLite, without the tests marked `thorough` or `stack`. `second` is `make test-second`: the
whole suite on PostgreSQL, then on SQLite the second tier of what PostgreSQL leaves out or does differently. `nightly`
is `make nightly`: the whole suite on both, with every repetition (LONG=1). A test that both databases run is repeated
on PostgreSQL, the database of a real site; SQLite runs it once.

PostgreSQL is the one of DATABASE_URL, or a throw-away cluster of the installed programs. A test counts as skipped if
no database ran it. With CI=true, a skip is a failure.
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
# Optional material beside the project: its absence is reported, but is not a failure.
OUTSIDE_MATERIAL = "material outside the project"
# Beginning of the skip reason of tests that need PostgreSQL: the second tier runs them.
NOT_ON_SQLITE = "SQLite "
FIRST = "not (thorough or stack)"
SECOND_ON_SQLITE = "(thorough or stack) and (sqlite or one_database)"
REPEATED_ON_SQLITE = "one_database"


@dataclass
class Result:
    """Result of a pytest run. `tests` maps the name of a test to its skip reason, or to "" if it ran."""

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
    """Parses the JUnit report that pytest has just written."""
    if not path.exists():
        return {}
    tests = {}
    for case in ElementTree.parse(path).getroot().iter("testcase"):  # noqa: S314
        skipped = case.find("skipped")
        name = f"{case.get('classname')}::{case.get('name')}"
        tests[name] = "" if skipped is None else skipped.get("message") or "no reason given"
    return tests


def run_pytest(database: str, url: str, arguments: list[str], *, repeated: bool = False) -> Result:
    """Runs the tests in parallel on the database at `url` ("" for SQLite), with every repetition if `repeated`."""
    # Separate from the data of `make run`.
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var") / "tests"
    var_dir.mkdir(parents=True, exist_ok=True)
    report = var_dir / f"report-{database.lower()}.xml"
    report.unlink(missing_ok=True)
    env = {**os.environ, "VAR_DIR": str(var_dir), "DATABASE_URL": url}
    if not url:
        del env["DATABASE_URL"]
    if repeated:
        env["LONG"] = "1"
    print(f"\n=== Tests on {database}{' with every repetition' * repeated} ===", flush=True)
    # One by one, in the order of tests/conftest.py: with chunks, the long browser tests would queue in one worker while
    # the other is idle. Tests that share an expensive fixture are an `xdist_group`.
    parallel = ("-n", "auto", "--dist", "loadgroup", "--no-loadscope-reorder")
    command = [sys.executable, "-m", "pytest", *parallel, f"--junitxml={report}", *arguments]
    started = time.monotonic()
    # The migrated database is made while the workers collect the tests and run those without a database.
    with subprocess.Popen([sys.executable, "-m", "tests.migrated"], cwd=ROOT, env=env):
        code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    return Result(database, code, time.monotonic() - started, read_report(report))


def run_on_postgres(arguments: list[str], *, repeated: bool = False) -> Result | str:
    """Returns the result on PostgreSQL, or the reason why there is none."""
    if url := os.environ.get("DATABASE_URL", ""):
        return run_pytest("PostgreSQL", url, arguments, repeated=repeated)
    try:
        with throwaway_cluster() as url:
            return run_pytest("PostgreSQL", url, arguments, repeated=repeated)
    except NoPostgres as reason:
        return str(reason)


def never_run(results: list[Result]) -> dict[str, str]:
    """Returns test → skip reason for tests that no database ran."""
    run = {name for result in results for name, reason in result.tests.items() if not reason}
    return {name: reason for result in results for name, reason in result.tests.items() if name not in run}


def run_tier(tier: str, arguments: list[str]) -> tuple[list[Result], list[str]]:
    """Runs the tests of a tier; returns the results, and a sentence for each missing database."""
    if tier == "first":
        return [run_pytest("SQLite", "", ["-m", FIRST, *arguments])], []
    results: list[Result] = []
    skips: list[str] = []
    on_postgres = run_on_postgres(arguments, repeated=tier == "nightly")
    if isinstance(on_postgres, Result):
        results.append(on_postgres)
    else:
        skips.append(f"SKIPPED: PostgreSQL, all tests ({on_postgres})")
    if tier == "nightly":
        results.append(run_pytest("SQLite", "", ["-m", REPEATED_ON_SQLITE, *arguments], repeated=True))
        results.append(run_pytest("SQLite", "", ["-m", f"not {REPEATED_ON_SQLITE}", *arguments]))
    else:
        results.append(run_pytest("SQLite", "", ["-m", SECOND_ON_SQLITE, *arguments]))
    return results, skips


def main(tier: str, arguments: list[str]) -> int:
    results, skips = run_tier(tier, arguments)
    left_out = never_run(results)
    if tier == "first":
        left_out = {name: reason for name, reason in left_out.items() if not reason.startswith(NOT_ON_SQLITE)}
    excused = sum(OUTSIDE_MATERIAL in reason for reason in left_out.values())
    skips += [
        f"SKIPPED: {name} ({reason})" for name, reason in sorted(left_out.items()) if OUTSIDE_MATERIAL not in reason
    ]
    notes = [f"SKIPPED: {excused} tests with {OUTSIDE_MATERIAL}, which is not here"] if excused else []
    print("\n=== Summary ===")
    for line in [*(result.line for result in results), *notes, *skips]:
        print(line)
    if tier == "first":
        print("PostgreSQL, real processes and every page and state in a browser are left to 'make test-second'.")
    failed = any(result.code not in (0, NO_TESTS_COLLECTED) for result in results)
    nothing_ran = not any(result.tests for result in results)
    if nothing_ran:
        print("No test was run.")
    if skips and os.environ.get("CI"):
        print("Nothing may be skipped where CI is set.")
    return int(failed or nothing_ran or bool(skips and os.environ.get("CI")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
