"""Runs the scenarios on SQLite and on PostgreSQL, side by side, and reports what arrived.

`make chaos` takes less than three minutes on two processors, `LONG=1 make chaos` as long as it needs. `ARGS="--seed 7"`
repeats the faults of a run, `ARGS="--only T1 T6"` plays some scenarios. The last line counts over all of them; the exit
code is 1 if a mail is lost, a surplus copy is not flagged, a person has more than two, or the accounts do not balance.
`ARGS=--load` kills processes under visitors instead of under a digest (`tools.chaos.load`).
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.run import Supervisor
from tools.chaos import load
from tools.chaos.verdict import Result, exit_code, last_line, table

DATABASES = ("SQLite", "PostgreSQL")


def play(seed: int, chosen: list[str], folder: Path, supervisor: Supervisor) -> list[Result]:
    """Returns the results of all databases."""
    players: dict[str, subprocess.Popen[bytes]] = {}
    for database in DATABASES:
        out = folder / f"{database}.json"
        command = [sys.executable, "-m", "tools.chaos.player", database, str(seed), str(out), *chosen]
        players[database] = supervisor.start(database, command, env=dict(os.environ))
    results = []
    for database, player in players.items():
        while player.poll() is None and not supervisor.asked_to_stop:
            time.sleep(0.2)
        out = folder / f"{database}.json"
        if out.exists():
            results += [Result(**fields) for fields in json.loads(out.read_text(encoding="utf-8"))]
        else:
            results.append(Result(database, "all", problems=["the run ended before its verdict"]))
    return results


def report(results: list[Result], *, nothing_may_be_skipped: bool) -> int:
    """Prints the table, the problems and the last line; returns the exit code."""
    print(f"\n{table(results)}\n")
    # SQLite has no server to kill: the table mentions it, and it does not count as a skip.
    missing = [result for result in results if result.skipped and result.scenario == "all"]
    for result in missing:
        print("!" * 100)
        print(f"SKIPPED: all scenarios on {result.database} ({result.skipped})")
        print("!" * 100)
    for result in results:
        for problem in result.problems:
            print(f"WRONG: {result.database}, {result.scenario}: {problem}")
    code = exit_code(results)
    if missing and nothing_may_be_skipped:
        print("Nothing may be skipped where CI is set.")
        code = 1
    print(last_line(results), flush=True)
    return code


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="of the run to repeat")
    parser.add_argument("--only", nargs="+", default=[], metavar="T1", help="scenarios to play")
    parser.add_argument("--load", action="store_true", help="a large site under visitors")
    parser.add_argument("--minutes", type=float, default=10, help="of the load")
    parser.add_argument("--quick", action="store_true", help="a load on a site of a tenth")
    options = parser.parse_args()
    seed = random.randrange(10**6) if options.seed is None else options.seed  # noqa: S311 - repeatable, guards nothing
    started = time.monotonic()
    print(f"Seed {seed}", flush=True)
    if options.load:
        return load.play(seed, options.minutes, quick=options.quick)
    supervisor = Supervisor()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        try:
            results = play(seed, options.only, Path(folder), supervisor)
        finally:
            supervisor.stop()
    print(f"\nSeed {seed}, {time.monotonic() - started:.0f} s in all")
    return report(results, nothing_may_be_skipped=bool(os.environ.get("CI")))


if __name__ == "__main__":
    sys.exit(main())
