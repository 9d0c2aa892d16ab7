"""Benchmark: makes two sites, serves them and the baselines, measures, prints a table, writes `var/bench.json`.

`make bench ARGS=--quick` uses a tenth of the load. Timings never fail the run; query counts do: the exit code is 1 if a
page makes more queries than docs/performance.md allows, or more on the large site than on the small one.
`make bench ARGS=--mail` compares mails instead, `make bench ARGS=--proxy` the cache of the reverse proxy with a file.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.run import ROOT, CannotStart
from tools.bench.client import Round, WrongAnswer, measure
from tools.bench.mail import compare_mails
from tools.bench.proxy import compare_with_files
from tools.bench.sites import Database, cluster, make_databases, servers

CONCURRENCIES = (1, 8)
ROUNDS = 5
ROUND_SECONDS = 0.5
WARM_UP_SECONDS = 0.3
# Time limit: the rounds that do not fit are left out, which the report mentions.
LONGEST_SECONDS = 570
SMALL = ["--accounts", "200", "--proposals", "100", "--comments", "100", "--pages", "100"]
LARGE = ["--accounts", "20000", "--proposals", "10000", "--comments", "100000", "--pages", "1000"]
QUICK = ["--accounts", "2000", "--proposals", "1000", "--comments", "10000", "--pages", "100"]

STATIC, LIST, BUSIEST, QUIET = "static string", "bare list", "bare busiest", "bare quiet"


@dataclass(frozen=True)
class Case:
    """Page on the database `site` and its baseline view; `most` is the maximum of queries, 0 for no limit."""

    title: str
    page: str
    site: str
    limit: str
    most: int


CASES = (
    # Two of them load the pictures of the featured pages and of the watch, if they have any.
    Case("home", "home", "large", LIST, 17),
    Case("news list", "news", "large", LIST, 14),
    Case("veille list", "veille", "large", LIST, 14),
    Case("session", "session", "large", LIST, 14),
    Case("proposals, small site", "list", "small", LIST, 10),
    Case("proposals, large site", "list", "large", LIST, 10),
    Case("the same without the busiest", "list without", "large", LIST, 10),
    Case("proposal without comment", "quiet", "large", QUIET, 10),
    Case("most commented proposal", "busiest", "large", BUSIEST, 10),
    Case("without comment, signed in", "quiet, signed in", "large", QUIET, 14),
    Case("most commented, signed in", "busiest, signed in", "large", BUSIEST, 14),
    Case("search, large site", "search", "large", LIST, 0),
    Case("moderation, small site", "moderation", "small", LIST, 0),
    Case("moderation, large site", "moderation", "large", LIST, 0),
)
# Maximum of queries of a part of the API: rate limit, proposals, addenda, and topics that are public (docs/api.md).
PART_QUERIES = 4
# The same page on two sites, or with and without an expensive part; docs/performance.md has the accepted ratios.
PAIRS = (
    ("proposals, large site", "proposals, small site", 1.3),
    ("proposals, large site", "the same without the busiest", 1.1),
    ("moderation, large site", "moderation, small site", 1.5),
)


@dataclass(frozen=True)
class Target:
    """Server and URL of a page or a baseline."""

    port: int
    path: str
    cookie: str = ""


def targets(databases: list[Database], ports: dict[tuple[str, str], int]) -> dict[str, Target]:
    """Returns the targets of the cases, by title, and of the baselines."""
    subjects = {database.name: database.subjects for database in databases}
    case_targets = {}
    for case in CASES:
        page = subjects[case.site]["pages"][case.page]
        case_targets[case.title] = Target(ports["site", case.site], page["path"], page["cookie"])
    numbers = subjects["large"]["numbers"]
    limits = ports["limit", "large"]
    return case_targets | {
        STATIC: Target(limits, "/static"),
        LIST: Target(limits, "/list"),
        BUSIEST: Target(limits, f"/proposal/{numbers['busiest']}"),
        QUIET: Target(limits, f"/proposal/{numbers['quiet']}"),
    }


def run_rounds(wanted: dict[str, Target], rounds: int, deadline: float) -> dict[tuple[str, int], list[Round]]:
    """Measures all targets in turn, round by round, so that load of the machine affects pages and baselines alike."""
    for target in wanted.values():
        measure(target.port, target.path, cookie=target.cookie, concurrency=4, seconds=WARM_UP_SECONDS)
    measured_rounds: dict[tuple[str, int], list[Round]] = {
        (title, concurrency): [] for title in wanted for concurrency in CONCURRENCIES
    }
    for index in range(rounds):
        if index and time.monotonic() > deadline:
            print(f"There was time for {index} of {rounds} rounds.", flush=True)
            break
        print(f"Round {index + 1} of {rounds} ...", flush=True)
        for title, target in wanted.items():
            for concurrency in CONCURRENCIES:
                measured = measure(
                    target.port, target.path, cookie=target.cookie, concurrency=concurrency, seconds=ROUND_SECONDS
                )
                measured_rounds[title, concurrency].append(measured)
    return measured_rounds


def summary(title: str, rounds: dict[tuple[str, int], list[Round]], limit: str) -> dict[str, Any]:
    """Returns the figures of one row: medians of the rounds, and the ratio to `limit` in the same rounds."""
    line: dict[str, Any] = {"title": title, "limit": limit}
    for concurrency in CONCURRENCIES:
        own = rounds[title, concurrency]
        times = sorted(seconds for measured in own for seconds in measured.times)
        figures = {
            "per_second": statistics.median(measured.per_second for measured in own),
            "p50_ms": 1000 * statistics.median(measured.median for measured in own),
            "p95_ms": 1000 * times[min(len(times) - 1, int(len(times) * 0.95))],
        }
        if limit:
            pairs = zip(own, rounds[limit, concurrency], strict=True)
            figures["share"] = statistics.median(
                measured_page.per_second / measured_limit.per_second for measured_page, measured_limit in pairs
            )
        line[f"c{concurrency}"] = figures
    return line


def table(lines: list[dict[str, Any]]) -> str:
    """Returns the table as Markdown for docs/performance.md."""
    head = ["page", "SQL"]
    for concurrency in CONCURRENCIES:
        head += [f"req/s c{concurrency}", f"p50 c{concurrency}", f"p95 c{concurrency}", f"share c{concurrency}"]
    rows = [head, ["---", *["--:"] * (len(head) - 1)]]
    for line in lines:
        row = [line["title"], str(line.get("queries", ""))]
        for concurrency in CONCURRENCIES:
            figures = line[f"c{concurrency}"]
            share = f"{figures['share']:.2f}" if "share" in figures else ""
            row += [f"{figures['per_second']:.0f}", f"{figures['p50_ms']:.1f} ms", f"{figures['p95_ms']:.1f} ms", share]
        rows.append(row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def verdicts(lines: list[dict[str, Any]], databases: list[Database]) -> list[str]:
    """Returns a sentence for each page with too many queries."""
    queries = {line["title"]: line.get("queries", 0) for line in lines}
    problems = [f"{case.title}: {queries[case.title]} queries" for case in CASES if 0 < case.most < queries[case.title]]
    subjects = {database.name: database.subjects["pages"] for database in databases}
    for name, page in subjects["large"].items():
        small = subjects["small"][name]["queries"]
        if page["queries"] > small and "without" not in name and "busiest" not in name:
            problems.append(f"{name}: {small} queries on the small site, {page['queries']} on the large one")
    for name, part in parts(databases):
        if part["queries"] > PART_QUERIES:
            problems.append(f"{name}: {part['queries']} queries")
    return problems


def parts(databases: list[Database]) -> list[tuple[str, dict[str, float]]]:
    """Returns the measurements of each part of the API, by name."""
    return [
        (f"API, {position} hundred proposals, {database.name} site", part)
        for database in databases
        for position, part in database.subjects["parts"].items()
    ]


def report(
    rounds: dict[tuple[str, int], list[Round]], databases: list[Database], cluster_url: str, out: Path, seconds: float
) -> int:
    """Prints the table and the verdicts; writes JSON to `out`. Returns the exit code."""
    subjects = {database.name: database.subjects["pages"] for database in databases}
    lines = [summary(limit, rounds, "") for limit in (STATIC, LIST, QUIET, BUSIEST)]
    for case in CASES:
        line = summary(case.title, rounds, case.limit)
        lines.append(line | {"queries": subjects[case.site][case.page]["queries"]})
    by_title = {line["title"]: line for line in lines}
    pairs = [
        {"page": page, "beside": beside, "ratio": by_title[page]["c1"]["p50_ms"] / by_title[beside]["c1"]["p50_ms"]}
        | {"target": target}
        for page, beside, target in PAIRS
    ]
    database = "PostgreSQL" if cluster_url else "SQLite"
    print(f"\n{database}, gunicorn with 2 workers of 4 threads, {os.cpu_count()} processors, {seconds:.0f} s in all\n")
    print(table(lines))
    for pair in pairs:
        print(f"\n{pair['page']} / {pair['beside']}: p50 × {pair['ratio']:.2f} (wanted: at most {pair['target']})")
    for name, part in parts(databases):
        print(f"\n{name}: p50 {part['p50_ms']:.1f} ms, {part['queries']} queries")
    problems = verdicts(lines, databases)
    for problem in problems:
        print(f"Too many: {problem}.")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"database": database, "lines": lines, "pairs": pairs}, indent=1), encoding="utf-8")
    print(f"\nWritten to {out}")
    return int(bool(problems))


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a load of a tenth and two rounds")
    parser.add_argument("--mail", action="store_true", help="mails per second instead of pages")
    parser.add_argument("--proxy", action="store_true", help="pages from the memory of the reverse proxy")
    options = parser.parse_args()
    quick = options.quick
    started = time.monotonic()
    out = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve() / "bench.json"
    folder = Path(tempfile.mkdtemp(prefix="bench-"))

    def say(text: str) -> None:
        print(f"{time.monotonic() - started:4.0f} s  {text}", flush=True)

    try:
        if options.proxy:
            return compare_with_files(folder, say, out.with_name("bench-proxy.json"), quick=quick)
        with cluster(say) as cluster_url:
            if options.mail:
                compare_mails(cluster_url, folder, say, quick=quick)
                return 0
            sizes = {"small": SMALL, "large": QUICK if quick else LARGE}
            databases = make_databases(cluster_url, folder, sizes, say)
            with servers(databases, folder) as ports:
                say("Asking ...")
                wanted = targets(databases, ports)
                rounds = run_rounds(wanted, 2 if quick else ROUNDS, started + LONGEST_SECONDS - 60)
            return report(rounds, databases, cluster_url, out, time.monotonic() - started)
    except (CannotStart, WrongAnswer) as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
