"""Runs every check on a new demonstration, prints the results and writes them to audit.json in VAR_DIR.

The results shown by the accessibility page are stored in the repository (`record.py`).

Variables: LONG=1 (three Lighthouse runs per page, weight of all pages), VAR_DIR, ONLY (names of checks, separated by
commas: advisories, parts, secrets, restore, proxy, image, install, which need neither Node nor Java; crawl, markup,
mails, weight, axe, lighthouse).
Exit code: 0 without faults, 1 with faults, 2 if the checks could not run.
"""

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from scripts import test
from scripts.run import CannotStart
from tools.audit import crawl, image, installation, lighthouse, mails, markup, proxy, record, restore, weight
from tools.audit.control import WORST, control_site
from tools.audit.report import Report, table, timed
from tools.audit.tools import Tools, install
from tools.browser import opened_browser
from tools.demonstration import ROOT, demonstration, main_addresses
from tools.supply import advisories, leaks, parts

# Checks of dependencies and deployment: they do not need the demonstration and run first.
SUPPLY = ("advisories", "parts", "secrets", "restore", "proxy", "image", "install")
CHECKS = (*SUPPLY, "crawl", "markup", "mails", "weight", "axe", "lighthouse")
SETTINGS = "config.settings.audit"
# Every page and state in two widths and two themes, then the control page, on which axe must report faults.
AXE_TESTS = (
    "tests/browser/test_audit.py",
    "tests/browser/test_mails.py",
    "tests/browser/test_adaptation.py::test_axe_can_fail",
)
# Printed by each of the first two: `12 pages, 48 runs of axe, 0 faults: …`.
AXE_SUMMARY = re.compile(r"(\d+) pages, (\d+) runs of axe, (\d+) faults")
FEWEST_RUNS_OF_AXE = 250


def run_in_group(command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs `command` in its own process group, which is stopped with this process."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
    return subprocess.CompletedProcess(command, process.returncode, output)


def check_axe(tools: Tools, var_dir: Path) -> Report:
    """Runs the accessibility tests of `tests/browser` and their control with the newest axe-core."""
    own = var_dir / "tests"
    own.mkdir(parents=True, exist_ok=True)
    report = own / "axe.xml"
    report.unlink(missing_ok=True)
    env = {**os.environ, "VAR_DIR": str(own), "AXE_SOURCE": str(tools.axe), "LONG": "1"}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "pytest", "-q", "-rP", "-n", "auto", "--dist", "load", f"--junitxml={report}"]
    process = run_in_group([*command, *AXE_TESTS], env)
    tests = test.read_report(report)
    skipped = [name for name, reason in tests.items() if reason]
    matches = AXE_SUMMARY.findall(process.stdout)
    seen, runs, wrong = (sum(int(numbers[place]) for numbers in matches) for place in range(3))
    faults = [f"not run: {name}" for name in skipped]
    if process.returncode != 0:
        faults.append(f"the tests failed (code {process.returncode}):\n{process.stdout[-6000:]}")
    if runs < FEWEST_RUNS_OF_AXE:
        faults.append(f"axe was run {runs} times, less than {FEWEST_RUNS_OF_AXE}")
    tool = tools.named("axe-core")
    summary = f"{tool}: {runs} runs on {seen} pages and states in {len(tests)} tests, one of them the control"
    figures = {"pages": seen, "runs": runs, "faults": wrong, "tests": sorted(tests)}
    return Report("axe", summary, tool, faults, figures)


def check_supply(var_dir: Path, checks: list[str]) -> dict[str, Report]:
    """Runs the `checks` that examine dependencies and deployment; returns check → report."""
    bill = var_dir / "audit" / "sbom.cdx.json"
    known = {
        "advisories": advisories.check,
        "parts": lambda: parts.check(bill, version=record.commit_of(ROOT) or "changed"),
        "secrets": leaks.check,
        "restore": lambda: restore.check(var_dir / "audit" / "restore"),
        "proxy": lambda: proxy.check(var_dir / "audit" / "proxy"),
        "image": lambda: image.check(var_dir / "audit" / "image"),
        "install": lambda: installation.check(var_dir / "audit" / "install"),
    }
    return {name: timed(known[name]) for name in SUPPLY if name in checks}


def check_site(var_dir: Path, checks: list[str], *, long: bool) -> dict[str, Report]:
    """Starts the demonstration and the control, runs `checks` in the order of CHECKS; returns check → report."""
    tools = install(var_dir / "audit" / "npm")
    reports = {}
    written = mails.write_mails(var_dir / "audit" / "mails") if {"markup", "mails"} & set(checks) else {}
    if "mails" in checks:
        reports["mails"] = timed(lambda: mails.check(tools, written))
    with demonstration(var_dir / "audit" / "site", settings=SETTINGS) as site, control_site() as control:
        print(f"The demonstration answers at {site}.", flush=True)
        main = list(main_addresses(site).values())
        found = crawl.crawl(site)
        if "crawl" in checks:
            reports["crawl"] = timed(lambda: crawl.check(found, control))
        if "markup" in checks:
            folder = var_dir / "audit" / "pages"
            reports["markup"] = timed(lambda: markup.check(tools, folder, found, written))
        if "weight" in checks:
            paths = [page.path for page in found.pages if "?" not in page.path] if long else main
            with opened_browser() as browser:
                reports["weight"] = timed(lambda: weight.check(browser, site, paths, main, control, WORST))
        if "axe" in checks:
            reports["axe"] = timed(lambda: check_axe(tools, var_dir / "audit"))
        if "lighthouse" in checks:
            runs = 3 if long else 1
            reports["lighthouse"] = timed(lambda: lighthouse.check(tools, site, main, control + WORST, runs=runs))
    return reports


def leave(signum: int, frame: object) -> None:
    """Turns a signal into an exception, so that child processes are stopped on the way out."""
    sys.exit(128 + signum)


def main() -> int:
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, leave)
    var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    checks = os.environ.get("ONLY", ",".join(CHECKS)).split(",")
    if unknown := set(checks) - set(CHECKS):
        print(f"ONLY knows {', '.join(CHECKS)}, not {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    commit = record.commit_of(ROOT)
    try:
        reports = check_supply(var_dir, checks)
        if set(checks) - set(SUPPLY):
            reports |= check_site(var_dir, checks, long=bool(os.environ.get("LONG")))
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 2
    result = var_dir / "audit.json"
    all_reports = reports.values()
    result.write_text(json.dumps([report.as_json() for report in all_reports], indent=1, ensure_ascii=False) + "\n")
    rows = [[r.name, "ok" if r.passed else "FAILED", len(r.faults), f"{r.seconds:.0f} s"] for r in all_reports]
    print(f"\n{table(['check', 'verdict', 'faults', 'time'], rows)}\nAll figures are in {result}.")
    same = commit if record.commit_of(ROOT) == commit else ""
    print(record.write(reports, day=dt.datetime.now(dt.UTC).date(), commit=same))
    return int(not all(report.passed for report in all_reports))


if __name__ == "__main__":
    sys.exit(main())
