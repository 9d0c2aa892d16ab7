"""Drill of the restore: the demonstration is backed up, destroyed, and restored, on each kind of database.

It calls the two commands as whoever runs the site does, and compares every row of every table with what was there: only
what a restore does on purpose may differ (`ON_PURPOSE`).
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts import postgres
from tools.audit.report import Report, table
from tools.demonstration import OF_ANOTHER_SITE, ROOT

KINDS = ("SQLite", "PostgreSQL")
# Sessions end, mails are held, the hold is noted, the search is built anew, the backup is noted.
ON_PURPOSE = {"django_session", "usersessions_usersession", "mailing_message", "mailing_identity", "mailing_heartbeat"}
ON_PURPOSE |= {"cache_table", "modelsearch_indexentry", "wagtailsearch_indexentry"}
# What only SQLite has: the words of the index, in tables of its own.
OF_THE_INDEX = "modelsearch_indexentry_fts"
STEPS = ("load the demonstration", "back up", "destroy", "restore", "compare")


@dataclass
class Drill:
    """What the drill found on one kind of database."""

    kind: str
    seconds: dict[str, float] = field(default_factory=dict)
    tables: int = 0
    rows: int = 0
    files: int = 0
    faults: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - started


def check(folder: Path) -> Report:
    """Plays the drill on each kind of database, in `folder`; a table that lost a row is a fault."""
    shutil.rmtree(folder, ignore_errors=True)
    drills = []
    for kind in KINDS:
        drills.append(drill := Drill(kind))
        try:
            with _server(kind) as server:
                _play(drill, folder / kind.lower(), server)
        except (subprocess.CalledProcessError, postgres.NoPostgres) as problem:
            told = getattr(problem, "stderr", "") or str(problem)
            drill.faults.append(f"{kind}: {told.strip()[-2000:]}")
    rows = [
        [one.kind, one.tables, one.rows, one.files, *(f"{one.seconds.get(step, 0):.0f} s" for step in STEPS)]
        for one in drills
    ]
    print(table(["database", "tables", "rows", "files", *STEPS], rows), flush=True)
    summary = ", ".join(f"{one.kind}: {one.rows} rows of {one.tables} tables and {one.files} files" for one in drills)
    figures = {one.kind: {"rows": one.rows, "files": one.files, "seconds": one.seconds} for one in drills}
    return Report("restore", summary, "backup and restore", [fault for one in drills for fault in one.faults], figures)


def _play(drill: Drill, folder: Path, server: str) -> None:
    site, backup = folder / "site", folder / "backup"
    site.mkdir(parents=True)
    env = _environment(site, server)
    with drill.step("load the demonstration"):
        _make(server, "before")
        env["DATABASE_URL"] = _url(server, "before", site)
        _manage(env, "migrate", "--verbosity", "0")
        _manage(env, "createcachetable")
        _manage(env, "load_demo", "--verbosity", "0")
    with drill.step("back up"):
        _manage(env, "backup", str(backup))
    before = _digests(env)
    media = _files(site / "media")
    with drill.step("destroy"):
        shutil.rmtree(site / "media")
        for path in site.glob("comite.sqlite3*"):
            path.unlink()
        _make(server, "after")
        env["DATABASE_URL"] = _url(server, "after", site)
    with drill.step("restore"):
        _manage(env, "restore", str(backup))
    with drill.step("compare"):
        after = _digests(env)
        drill.faults += [
            f"{drill.kind}: {name} is not what it was"
            for name in sorted(before.keys() | after.keys())
            if name not in ON_PURPOSE and not name.startswith(OF_THE_INDEX) and before.get(name) != after.get(name)
        ]
        if _files(site / "media") != media:
            drill.faults.append(f"{drill.kind}: the media are not what they were")
        if not media or not before:
            drill.faults.append(f"{drill.kind}: the demonstration is empty")
        refused = _manage(env, "restore", str(backup), check=False)
        if refused.returncode == 0:
            drill.faults.append(f"{drill.kind}: a database in use was replaced without --force")
        _manage(env, "shell", "--no-imports", "-c", CHAIN)
    drill.tables, drill.rows, drill.files = len(before), sum(count for count, _ in before.values()), len(media)


# Ends with an error if an entry of the register of decisions is not what it was, or could be changed.
CHAIN = """
from django.db import Error, connection, transaction
from committee.models import RegisterEntry
from committee.register.exports import export
from committee.verify_register import verify
assert RegisterEntry.objects.exists(), "no entry"
verify(export())
try:
    with transaction.atomic():
        RegisterEntry.objects.update(text="changed")
except Error:
    pass
else:
    raise AssertionError("an entry was changed")
"""
# Count and digest of the rows of each table, one table a line.
DIGESTS = """
import hashlib
from django.db import connection
from operations.services.databases import table_names
with connection.cursor() as cursor:
    for name in table_names():
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
        rows = sorted(repr(row) for row in cursor.fetchall())
        print(name, len(rows), hashlib.sha256(chr(10).join(rows).encode()).hexdigest())
"""


def _digests(env: dict[str, str]) -> dict[str, tuple[int, str]]:
    lines = _manage(env, "shell", "--no-imports", "-c", DIGESTS).stdout.splitlines()
    return {name: (int(count), digest) for name, count, digest in (line.split() for line in lines)}


def _files(folder: Path) -> dict[str, str]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


@contextlib.contextmanager
def _server(kind: str) -> Iterator[str]:
    """The address of a server of `kind`; "" for SQLite, which has none."""
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
        # The programs of the server's own version.
        env["PATH"] = f"{postgres.find_programs()}:{env['PATH']}"
    return {**env, "VAR_DIR": str(site), "DJANGO_SETTINGS_MODULE": "config.settings.dev"}


def _manage(env: dict[str, str], *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=check)
