"""Lighthouse on a simulated phone. Values that depend on the machine are printed, those of the page are asserted."""

import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tools import browser
from tools.audit.report import Report, table
from tools.audit.tools import Tools

ASSERTED = ("accessibility", "best-practices", "seo")
CATEGORIES = ("performance", *ASSERTED)
FULL_SCORE = 100
MAX_SHIFT = 0.02


def measure(tools: Tools, address: str) -> dict[str, Any]:
    """Runs Lighthouse once; returns scores, layout shift, largest contentful paint in seconds, and failed audits."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "report.json"
        command = ["node", str(tools.lighthouse), address, "--quiet", "--output=json", f"--output-path={output}"]
        command += [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(browser.ARGUMENTS)}"]
        # Forms are excluded from search engines on purpose: tests/cms/test_cards.py lists the pages.
        command += ["--skip-audits=is-crawlable"]
        process = subprocess.run(
            command, env={**os.environ, "CHROME_PATH": tools.chromium}, capture_output=True, text=True, check=False
        )
        if not output.exists():
            raise RuntimeError(f"Lighthouse measured nothing at {address}:\n{process.stderr[-1500:]}")
        report = json.loads(output.read_text())
    result: dict[str, Any] = {
        name: round(100 * (category["score"] or 0)) for name, category in report["categories"].items()
    }
    audits = report["audits"]
    for name in ("cumulative-layout-shift", "largest-contentful-paint"):
        if "numericValue" not in audits[name]:
            raise RuntimeError(f"Lighthouse measured no {name} at {address}: {audits[name].get('errorMessage')}")
    result["shift"] = round(audits["cumulative-layout-shift"]["numericValue"], 3)
    result["largest paint"] = round(audits["largest-contentful-paint"]["numericValue"] / 1000, 2)
    result["failed"] = sorted(
        reference["id"]
        for name in ASSERTED
        for reference in report["categories"][name]["auditRefs"]
        if reference["weight"] and audits[reference["id"]]["score"] not in (None, 1)
    )
    return result


def median_of(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns the median of each number, and every audit that failed in any run."""
    numbers = [name for name in runs[0] if name != "failed"]
    result: dict[str, Any] = {name: statistics.median(run[name] for run in runs) for name in numbers}
    result["failed"] = sorted({name for run in runs for name in run["failed"]})
    return result


def faults_of(path: str, result: dict[str, Any]) -> list[str]:
    faults = [
        f"{path}: {name} {result[name]} ({', '.join(result['failed'])})"
        for name in ASSERTED
        if result[name] < FULL_SCORE
    ]
    if result["shift"] > MAX_SHIFT:
        faults.append(f"{path}: layout shift {result['shift']}, more than {MAX_SHIFT}")
    return faults


def check(tools: Tools, site: str, paths: list[str], control: str, *, runs: int) -> Report:
    """Measures each of `paths` `runs` times, then the control, which must fail every threshold."""
    results = {}
    for path in paths:
        results[path] = median_of([measure(tools, site + path) for _ in range(runs)])
        print(f"  {path} {results[path]}", flush=True)
    faults = [fault for path, result in results.items() for fault in faults_of(path, result)]
    seen = faults_of("control", measure(tools, control))
    expected = (*ASSERTED, "layout shift")
    faults += [f"control: '{kind}' was not found" for kind in expected if not any(kind in fault for fault in seen)]
    rows = [
        [path[:60], *(result[name] for name in CATEGORIES), result["shift"], result["largest paint"]]
        for path, result in results.items()
    ]
    head = ["page", *CATEGORIES, "CLS", "LCP (s)"]
    figures = {
        "pages": len(results),
        "lowest_accessibility": min(result["accessibility"] for result in results.values()),
        "runs of each": runs,
        "by page": results,
    }
    tool = tools.named("lighthouse", "Lighthouse")
    return Report("Lighthouse, phone", table(head, rows), tool, faults, figures)
