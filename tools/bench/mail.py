"""Mails per second, from due to accepted, compared with minimal implementations in the same run.

The baselines: `smtplib` with ready-made mails, and Django's own way to write the same digests (templates,
`EmailMultiAlternatives`, one connection). Ours: two sender processes on one database. The sink is a process that
answers 250 and counts. Timings are printed and never fail the run.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts.postgres import create_database
from scripts.run import ROOT, CannotStart
from tools.bench.sites import Database, environment

SENDERS = 2
ROUNDS = 3
MAILS, QUICK_MAILS = 4_000, 1_000
# T14 of docs/mail.md: digests to a relay that takes this many milliseconds for each, within a minute.
RELAY_LETTERS, RELAY_MILLISECONDS, RELAY_WANTED = 10_000, 2, 60
Say = Callable[[str], None]


class Helper:
    """Process of `tools.bench.senders`: prints a line of JSON when ready and another one at its end."""

    def __init__(self, env: dict[str, str], *arguments: str) -> None:
        command = [sys.executable, "-m", "tools.bench.senders", *arguments]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ready = self.read()

    def read(self) -> dict[str, Any]:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise CannotStart("A process of the comparison ended by itself: the lines above say why.")
        return json.loads(line)

    def go(self) -> None:
        if self.process.stdin:
            self.process.stdin.write("\n")
            self.process.stdin.flush()

    def end(self) -> dict[str, Any]:
        found = self.read()
        self.process.wait(30)
        return found


def timed(env: dict[str, str], mode: str, count: int, processes: int, relay: int = 0) -> dict[str, float]:
    """Runs `mode` in `processes` at the same time, with a relay that takes `relay` milliseconds for each mail.

    Returns the mails, the seconds, mails per second, and per mail: queries, connections, and the milliseconds of
    processor time of the senders, which other programs affect less than the elapsed time.
    """
    sink = Helper(env, "sink", str(relay))
    env = env | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(sink.ready["port"])}
    if processes > 1:
        Helper(env, f"plan-{mode}", str(count)).end()
    helpers = [Helper(env, mode, str(count)) for _ in range(processes)]
    for helper in helpers:
        helper.go()
    ends = [helper.end() for helper in helpers]
    sink.go()
    taken = sink.end()
    seconds = max(end["end"] for end in ends) - min(end["start"] for end in ends)
    return {
        "mails": taken["mails"],
        "seconds": seconds,
        "per_second": taken["mails"] / seconds,
        "queries": sum(end.get("queries", 0) for end in ends) / taken["mails"],
        "connections": 100 * taken["connections"] / taken["mails"],
        "processor": 1000 * sum(end["processor"] for end in ends) / taken["mails"],
    }


def compare_mails(cluster_url: str, folder: Path, say: Say, *, quick: bool) -> None:
    """Prints the table and, unless `quick`, the time that many digests take with a slow relay."""
    count = QUICK_MAILS if quick else MAILS
    url = create_database(cluster_url, "mail") if cluster_url else f"sqlite:///{folder / 'mail'}.sqlite3"
    database = Database("mail", environment(url, folder) | {"DEMONSTRATION": "false"}, [])
    say("Preparing an empty site ...")
    database.manage("-m", "scripts.prepare")
    Helper(database.env, "readers", str(count)).end()
    plan = [("raw", 1), ("django", 1), ("shared", SENDERS), ("letters", SENDERS)]
    rounds: dict[str, list[dict[str, float]]] = {mode: [] for mode, _processes in plan}
    for index in range(ROUNDS):
        say(f"Round {index + 1} of {ROUNDS} ...")
        for mode, processes in plan:
            rounds[mode].append(timed(database.env, mode, count, processes))
    print(table(rounds, count), flush=True)
    if quick:
        return
    say(f"Writing to a relay of {RELAY_MILLISECONDS} ms ...")
    Helper(database.env, "readers", str(RELAY_LETTERS)).end()
    own = timed(database.env, "letters", RELAY_LETTERS, SENDERS, RELAY_MILLISECONDS)
    print(
        f"\n{own['mails']} letters to a relay of {RELAY_MILLISECONDS} ms: {own['seconds']:.0f} s "
        f"(wanted: at most {RELAY_WANTED}), {own['queries']:.2f} queries a letter"
    )


def table(rounds: dict[str, list[dict[str, float]]], count: int) -> str:
    """Returns the medians of the rounds, as Markdown."""
    titles = {
        "raw": ("limit: raw smtplib, one connection", ""),
        "django": ("limit: Django's render + MIME + one connection", ""),
        "shared": ("newsletter", "raw"),
        "letters": ("personal letters", "django"),
    }
    lines = [
        f"\n{count} mails, {SENDERS} sender processes, {time.strftime('%Y-%m-%d')}\n",
        "| mails | per second | share | SQL a mail | connections per 100 | processor of senders, ms a mail |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for mode, (title, limit) in titles.items():
        own = sorted(rounds[mode], key=lambda row: row["per_second"])[len(rounds[mode]) // 2]
        pairs = zip(rounds[mode], rounds[limit], strict=True) if limit else []
        shares = sorted(mine["per_second"] / its["per_second"] for mine, its in pairs)
        share = f"{shares[len(shares) // 2]:.2f}" if shares else ""
        lines.append(
            f"| {title} | {own['per_second']:.0f} | {share} | {own['queries']:.2f} | {own['connections']:.2f} "
            f"| {own['processor']:.2f} |"
        )
    return "\n".join(lines)
