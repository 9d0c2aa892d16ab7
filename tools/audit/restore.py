"""Restore drill: the demonstration is backed up, deleted and restored, on each database backend.

It runs the two commands as an operator does, and compares every row of every table with the original: only the
intended differences of a restore are allowed (`ON_PURPOSE`). The restored site has another SECRET_KEY and the same
HASH_KEY. Afterwards one restore is killed, and another one terminated, while they replace the existing data.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts import postgres
from tools.audit.report import Report, table
from tools.audit.restored_site import AFTERWARDS, BEFORE, CONTENTS, SINCE
from tools.demonstration import OF_ANOTHER_SITE, ROOT

KINDS = ("SQLite", "PostgreSQL")
# Sessions end, mails are held, the hold is logged, the search index is rebuilt, the backup is logged, and users erased
# since the backup are erased again (`OF_THE_ERASED`).
ON_PURPOSE = {"django_session", "usersessions_usersession", "mailing_message", "mailing_identity", "mailing_heartbeat"}
ON_PURPOSE |= {"cache_table", "modelsearch_indexentry"}
# SQLite only: the tables of the full-text index.
OF_THE_INDEX = "modelsearch_indexentry_fts"
# Data of the user who is erased after the backup, and the record of the erasure.
OF_THE_ERASED = {"accounts_user", "account_emailaddress", "accounts_erasedaccount", "auditlog_entry"}
STEPS = ("load", "back up", "lose", "restore", "compare", "kill", "stop", "restore again")
LONGEST_WAIT = 600


@dataclass
class Drill:
    """Findings of the drill on one database backend."""

    kind: str
    seconds: dict[str, float] = field(default_factory=dict)
    tables: int = 0
    rows: int = 0
    files: int = 0
    bytes: int = 0
    # Checked condition → whether it holds.
    answers: dict[str, bool] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - started

    def ask(self, question: str, *, is_so: bool, found: str = "") -> None:
        self.answers[question] = is_so
        if not is_so:
            self.faults.append(f"{self.kind}: {question}: no. {found.strip()[-800:]}")


def check(folder: Path) -> Report:
    """Runs the drill on each database backend, in `folder`; each unintended difference is a fault."""
    shutil.rmtree(folder, ignore_errors=True)
    drills = []
    for kind in KINDS:
        drills.append(drill := Drill(kind))
        try:
            with _server(kind) as server:
                _play(drill, folder / kind.lower(), server)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired, postgres.NoPostgres) as problem:
            message = getattr(problem, "stderr", "") or str(problem)
            drill.faults.append(f"{kind}: {str(message).strip()[-2000:]}")
    head = ["", *KINDS]
    sizes = [
        [name, *(f"{getattr(drill, name):,}" for drill in drills)] for name in ("tables", "rows", "files", "bytes")
    ]
    times = [[f"{step}, seconds", *(f"{drill.seconds.get(step, 0):.0f}" for drill in drills)] for step in STEPS]
    questions = list(dict.fromkeys(question for drill in drills for question in drill.answers))
    labels = {True: "yes", False: "NO", None: "not asked"}
    answers = [[question, *(labels[drill.answers.get(question)] for drill in drills)] for question in questions]
    print(table(head, [*sizes, *times, *answers]), flush=True)
    summary = ", ".join(
        f"{drill.kind}: {drill.rows} rows of {drill.tables} tables and {drill.files} files, "
        f"{len(drill.answers)} questions"
        for drill in drills
    )
    figures = {
        drill.kind: {"rows": drill.rows, "files": drill.files, "seconds": drill.seconds, "answers": drill.answers}
        for drill in drills
    }
    return Report(
        "restore", summary, "backup and restore", [fault for drill in drills for fault in drill.faults], figures
    )


def _play(drill: Drill, folder: Path, server: str) -> None:
    site, backup = folder / "site", folder / "backup"
    site.mkdir(parents=True)
    env = _environment(site, server) | {"SECRET_KEY": "the first key " * 5}
    with drill.step("load"):
        _make(server, "before")
        env["DATABASE_URL"] = _url(server, "before", site)
        _manage(env, "migrate", "--verbosity", "0")
        _manage(env, "createcachetable")
        _manage(env, "load_demo", "--verbosity", "0")
        _shell(env, BEFORE)
    with drill.step("back up"):
        _manage(env, "backup", str(backup))
    before, media = _contents(env), _files(site / "media")
    drill.tables, drill.rows, drill.files = len(before), sum(count for count, _ in before.values()), len(media)
    drill.bytes = sum(path.stat().st_size for path in backup.rglob("*") if path.is_file())
    with drill.step("lose"):
        _shell(env, SINCE)
        shutil.rmtree(site / "media")
        for path in site.glob("comite.sqlite3*"):
            path.unlink()
        _make(server, "after")
        env["DATABASE_URL"] = _url(server, "after", site)
        env["SECRET_KEY"] = "another key " * 5
    with drill.step("restore"):
        process = _manage(env, "restore", str(backup))
    with drill.step("compare"):
        _compare(drill, env, before, media, site)
        drill.ask("the lost SECRET_KEY is told", is_so="WARNING: SECRET_KEY" in process.stderr, found=process.stderr)
        for line in _shell(env, AFTERWARDS).stdout.splitlines():
            question, _tab, found = line.partition("\t")
            drill.ask(question, is_so=found == "yes", found=found)
        refused = _manage(env, "restore", str(backup), check=False)
        drill.ask("a database in use is refused without --force", is_so="tables already" in refused.stderr)
    _interrupt(drill, env, backup, site)
    with drill.step("restore again"):
        _manage(env, "restore", str(backup), "--force")
        _compare(drill, env, before, media, site, suffix=" after the last restore")


def _interrupt(drill: Drill, env: dict[str, str], backup: Path, site: Path) -> None:
    """Kills one restore and terminates another, each while it replaces the existing data."""
    rows_before, media = _contents(env), _files(site / "media")
    with drill.step("kill"):
        _end_on_its_way(env, backup, site, signal.SIGKILL)
        process = _manage(env, "check", "--database", "default", check=False)
        drill.ask("a restore that was killed is told by check", is_so="operations.E010" in process.stderr)
        process = _manage(env, "migrate", check=False)
        drill.ask("it keeps migrate, so the site, from starting", is_so="operations.E010" in process.stderr)
        refused = _manage(env, "restore", str(backup), check=False)
        drill.ask("without --force it is refused in a sentence", is_so="did not end here" in refused.stderr)
    with drill.step("stop"):
        output = _end_on_its_way(env, backup, site, signal.SIGTERM)
        drill.ask(
            "a restore told to stop says that nothing was restored", is_so="Stopped. Nothing" in output, found=output
        )
        drill.ask(
            "what stood before both is back, rows and files",
            is_so=(_contents(env), _files(site / "media")) == (rows_before, media),
        )
        process = _manage(env, "check", "--database", "default", check=False)
        drill.ask("then nothing is told by check", is_so=process.returncode == 0, found=process.stderr)


def _end_on_its_way(env: dict[str, str], backup: Path, site: Path, signum: signal.Signals) -> str:
    """Starts a restore, sends `signum` once the existing data is moved aside; returns its output."""
    command = [sys.executable, "manage.py", "restore", str(backup), "--force"]
    aside = site / "media" / ".before-restore"
    folder_before = _when_made(aside)
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    last = time.monotonic() + LONGEST_WAIT
    while process.poll() is None and _when_made(aside) in (folder_before, 0) and time.monotonic() < last:
        time.sleep(0.01)
    process.send_signal(signum)
    return process.communicate(timeout=LONGEST_WAIT)[1]


def _when_made(folder: Path) -> int:
    """Returns a number that identifies the folder (another folder of the same name differs); 0 if it does not exist."""
    try:
        return folder.stat().st_ctime_ns
    except FileNotFoundError:
        return 0


def _compare(
    drill: Drill,
    env: dict[str, str],
    before: dict[str, tuple[int, str]],
    media: dict[str, str],
    site: Path,
    suffix: str = "",
) -> None:
    after = _contents(env)
    left_out = ON_PURPOSE | OF_THE_ERASED
    different = [
        name
        for name in sorted(before.keys() | after.keys())
        if name not in left_out and not name.startswith(OF_THE_INDEX) and before.get(name) != after.get(name)
    ]
    drill.ask(
        f"each row of each table is what it was{suffix}", is_so=bool(before) and not different, found=str(different)
    )
    drill.ask(f"each file is what it was{suffix}", is_so=bool(media) and _files(site / "media") == media)


def _contents(env: dict[str, str]) -> dict[str, tuple[int, str]]:
    """Returns the row count and a digest of the rows of each table."""
    lines = _shell(env, CONTENTS).stdout.splitlines()
    return {name: (int(count), digest) for name, count, digest in (line.split() for line in lines)}


def _files(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@contextlib.contextmanager
def _server(kind: str) -> Iterator[str]:
    """Yields the URL of a server of `kind`; "" for SQLite."""
    if kind == "SQLite":
        yield ""
    else:
        with postgres.throwaway_cluster() as url:
            yield url


def _make(server: str, name: str) -> None:
    if server:
        postgres.create_database(server, name)


def _url(server: str, name: str, site: Path) -> str:
    return f"{server.rpartition('/')[0]}/{name}" if server else f"sqlite:///{site / 'comite.sqlite3'}"


def _environment(site: Path, server: str) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER_SITE}
    if server:
        # Client programs of the server's version.
        env["PATH"] = f"{postgres.find_programs()}:{env['PATH']}"
    hash_keys = {"HASH_KEY": "kept apart " * 5, "HASH_KEY_FALLBACKS": "", "SECRET_KEY_FALLBACKS": ""}
    return {**env, **hash_keys, "VAR_DIR": str(site), "DJANGO_SETTINGS_MODULE": "config.settings.dev"}


def _shell(env: dict[str, str], script: str) -> subprocess.CompletedProcess[str]:
    return _manage(env, "shell", "--no-imports", "-c", script)


def _manage(env: dict[str, str], *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=check)
