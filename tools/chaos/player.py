"""Plays all scenarios on one new database: `python -m tools.chaos.player SQLite 42 results.json`.

Writes the results as JSON. Used by `tools.chaos` alone.
"""

import contextlib
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from scripts import bootstrap, prepare
from scripts.postgres import NoPostgres, create_database, restartable_cluster
from scripts.run import CannotStart
from tools.bench.sites import environment
from tools.chaos.sink import serving
from tools.chaos.site import Site
from tools.chaos.verdict import Result

# Seconds between two ticks: many per run, but fewer than a worker can serve beside the mails.
TICK_SECONDS = "2"


def play_all(database: str, seed: int, folder: Path, chosen: list[str]) -> list[Result]:
    """Returns one result per scenario. Raises NoPostgres or CannotStart."""
    with contextlib.ExitStack() as stack:
        restart: Callable[[], None] | None = None
        url = f"sqlite:///{folder / 'chaos.sqlite3'}"
        if database == "PostgreSQL":
            cluster = stack.enter_context(restartable_cluster())
            url, restart = create_database(cluster.url, "comite"), cluster.restart
        sink, port = stack.enter_context(serving(folder / "taken.tsv"))
        env = environment(url, folder) | {
            "DJANGO_SETTINGS_MODULE": "tools.chaos.settings",
            "DEMONSTRATION": "false",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(port),
            "TICK_SECONDS": TICK_SECONDS,
        }
        site = Site(env, folder)
        stack.callback(site.stop)
        site.start_broker()
        os.environ.clear()
        os.environ.update(site.env)
        prepare.main()
        # The models can be imported from here on.
        from tools.chaos import scenarios

        is_long = bool(os.environ.get("LONG"))
        stage = scenarios.Stage(database, site, sink, seed, folder, is_long, restart)
        results = []

        def play(name: str, scenario: Callable) -> None:
            if chosen and name.partition(" ")[0] not in chosen:
                return
            result = scenarios.play(stage, name, scenario)
            results.append(result)
            verdict = "skipped" if result.skipped else "; ".join(result.problems) or "ok"
            print(f"{database}: {name}: {verdict} ({result.seconds:.0f} s)", flush=True)

        play("T7 schedules", scenarios.t7_schedules)
        site.start_workers()
        for name, scenario in (scenarios.LONG if is_long else scenarios.SHORT).items():
            play(name, scenario)
        return results


def main() -> int:
    database, seed, out, *chosen = sys.argv[1:]
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # connections are cut on purpose
    # Child processes are stopped on the way out.
    signal.signal(signal.SIGTERM, bootstrap.leave)
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        results = play_all(database, int(seed), folder, chosen)
    except NoPostgres as reason:
        results = [Result(database, "all", skipped=str(reason))]
    except CannotStart as problem:
        results = [Result(database, "start", problems=[str(problem)])]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    Path(out).write_text(json.dumps([asdict(result) for result in results]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
