"""Dump and replacement of the whole database, with SQLite's backup API or PostgreSQL's client programs.

Both dump a consistent snapshot of a running site. During a replacement both set the former content aside, and put it
back after an error; if the process is killed, it stays aside, and the next restore begins by putting it back.
"""

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.db import DatabaseError, connection, transaction

from operations.errors import BackupRefused, RestoreRefused

# Place of the former content during a restore: a schema, or a file named after the database.
ASIDE, ASIDE_FILE = "before_restore", ".before-restore"
# Appended to the name of the database.
SCRATCH = "_drill"
LOCK_SECONDS = 10
# Since this version, the programs begin a load with a setting unknown to older servers.
FIRST_THAT_OLDER_SERVERS_REFUSE = 17
# Parameters of Django's connection passed to the programs.
CONNECTION = ("host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey")


THINGS = """
SELECT format('TABLE %%I.%%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %s AND c.relkind IN ('r', 'p')
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT format('FUNCTION %%I.%%I(%%s)', n.nspname, f.proname, pg_get_function_identity_arguments(f.oid))
  FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
 WHERE n.nspname = %s AND f.prokind = 'f'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e')
UNION ALL
SELECT format('TEXT SEARCH CONFIGURATION %%I.%%I', n.nspname, t.cfgname)
  FROM pg_ts_config t JOIN pg_namespace n ON n.oid = t.cfgnamespace
 WHERE n.nspname = %s
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
"""


class Engine(Protocol):
    """Operations on one kind of database."""

    file: str

    def dump(self, folder: Path) -> dict[str, int]:
        """Writes a snapshot of the database to `file` in `folder`; returns the number of rows per table."""

    def warning(self) -> str:
        """Returns a warning if a dump made here cannot be loaded here; "" otherwise."""

    def refuse_if_unusable(self, folder: Path) -> None:
        """Raises `RestoreRefused` if the dump in `folder` cannot be loaded; changes nothing."""

    def replaced(self, folder: Path) -> contextlib.AbstractContextManager[None]:
        """Replaces the database with the dump in `folder`; restores the former content if the block raises."""

    def scratch(self) -> contextlib.AbstractContextManager[None]:
        """Connects the block to an empty database of its own, which is dropped at the end."""

    def has_content_aside(self) -> bool:
        """Returns whether an interrupted restore has left the former content aside."""

    def put_back(self) -> None:
        """Puts back the content set aside by an interrupted restore, if any."""


def engine() -> Engine:
    return SQLite() if connection.vendor == "sqlite" else PostgreSQL()


def table_names() -> list[str]:
    with connection.cursor() as cursor:
        tables = connection.introspection.get_table_list(cursor)
    return sorted(table.name for table in tables if table.type in ("t", "p"))


def count_rows() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for name in table_names():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 - a table of ours
            counts[name] = cursor.fetchone()[0]
    return counts


class SQLite:
    """SQLite database. Its file is never copied directly: recent changes are in its journal."""

    file = "database.sqlite3"

    def dump(self, folder: Path) -> dict[str, int]:
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(folder / self.file)) as copy:
            try:
                _copy(connection.connection, copy)
                return {name: _count(copy, name) for name in table_names() if _has(copy, name)}
            except sqlite3.Error as error:
                raise BackupRefused(f"The database cannot be copied: {error}.") from error

    def warning(self) -> str:
        return ""

    def refuse_if_unusable(self, folder: Path) -> None:
        with contextlib.closing(_read_only(folder / self.file)) as copy:
            try:
                verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
            except sqlite3.DatabaseError as error:
                verdict = str(error)
        if verdict != "ok":
            raise RestoreRefused(f"The database of the backup is damaged: {verdict}")

    @contextlib.contextmanager
    def replaced(self, folder: Path) -> Iterator[None]:
        unfinished = _aside_file().with_suffix(".setting-aside")
        is_loaded = False
        try:
            try:
                connection.ensure_connection()
                unfinished.unlink(missing_ok=True)
                with contextlib.closing(sqlite3.connect(unfinished)) as before:
                    _copy(connection.connection, before)
                unfinished.rename(_aside_file())
                # In one transaction: if the disk is full or the database locked, the former content remains.
                with contextlib.closing(_read_only(folder / self.file)) as copy:
                    _copy(copy, connection.connection)
                is_loaded = True
            except sqlite3.Error as error:
                raise RestoreRefused(f"The database cannot be written: {error}. Does the site still run?") from error
            connection.close()
            yield
        except BaseException:
            if is_loaded:
                self.put_back()
            for path in (unfinished, _aside_file()):
                path.unlink(missing_ok=True)
            raise
        _aside_file().unlink()

    @contextlib.contextmanager
    def scratch(self) -> Iterator[None]:
        with tempfile.TemporaryDirectory() as folder, _connected_to(f"{folder}/{self.file}"):
            yield

    def has_content_aside(self) -> bool:
        return _aside_file().exists()

    def put_back(self) -> None:
        if self.has_content_aside():
            connection.close()
            connection.ensure_connection()
            with connection.wrap_database_errors, contextlib.closing(_read_only(_aside_file())) as before:
                _copy(before, connection.connection)
            connection.close()
            _aside_file().unlink()


class PostgreSQL:
    """PostgreSQL database, dumped in the standard format of `pg_dump --format=custom`."""

    file = "database.dump"

    def dump(self, folder: Path) -> dict[str, int]:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
            options += [f"--exclude-schema={ASIDE}"]
            problem = _run("pg_dump", [*options, f"--file={folder / self.file}"])
            if problem:
                raise BackupRefused(problem)
            return count_rows()

    def warning(self) -> str:
        client, server = _version_of("pg_dump"), _version_of_server()
        if server < FIRST_THAT_OLDER_SERVERS_REFUSE <= client:
            return f"made by pg_dump {client}: PostgreSQL {server} as here cannot load it, a newer one can."
        return ""

    def refuse_if_unusable(self, folder: Path) -> None:
        if problem := _run("pg_restore", ["--list", str(folder / self.file)], connects=False):
            raise RestoreRefused(problem)
        client, server = _version_of("pg_restore"), _version_of_server()
        if server < FIRST_THAT_OLDER_SERVERS_REFUSE <= client:
            raise RestoreRefused(f"pg_restore {client} cannot load into PostgreSQL {server}: take the client {server}.")

    @contextlib.contextmanager
    def replaced(self, folder: Path) -> Iterator[None]:
        try:
            _move_schema(aside=True)
        except DatabaseError as error:
            raise RestoreRefused(f"The database cannot be set aside ({error}). Does the site still run?") from error
        try:
            options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments"]
            if problem := _run("pg_restore", [*options, str(folder / self.file)]):
                raise RestoreRefused(problem)
            yield
        except BaseException:
            connection.close()
            self.put_back()
            raise
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {ASIDE} CASCADE")

    @contextlib.contextmanager
    def scratch(self) -> Iterator[None]:
        name = f"{connection.settings_dict['NAME']}{SCRATCH}"
        quoted = connection.ops.quote_name(name)
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8'")
        except DatabaseError as error:
            raise RestoreRefused(f"The scratch database {name} cannot be created: {error}.") from error
        try:
            with _connected_to(name):
                yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {quoted}")

    def has_content_aside(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_namespace WHERE nspname = %s", [ASIDE])
            return cursor.fetchone() is not None

    def put_back(self) -> None:
        if self.has_content_aside():
            _move_schema(aside=False)


@contextlib.contextmanager
def _connected_to(name: str) -> Iterator[None]:
    """Connects this process to the database `name` of the same server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _move_schema(*, aside: bool) -> None:
    """Moves the content of the database to the schema `ASIDE`, or back, in one transaction.

    Extensions are not moved: that needs a superuser.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        if aside:
            cursor.execute(f"CREATE SCHEMA {ASIDE}")
        for thing in _things_in("public"):
            cursor.execute(f"ALTER {thing} SET SCHEMA {ASIDE}" if aside else f"DROP {thing} CASCADE")
        if not aside:
            for thing in _things_in(ASIDE):
                cursor.execute(f"ALTER {thing} SET SCHEMA public")
            cursor.execute(f"DROP SCHEMA {ASIDE} CASCADE")


def _things_in(schema: str) -> list[str]:
    """Returns the objects of a schema, as SQL, without those of extensions. Indexes and sequences go with tables."""
    with connection.cursor() as cursor:
        cursor.execute(THINGS, [schema] * 3)
        return [name for (name,) in cursor.fetchall()]


def _run(program: str, arguments: list[str], *, connects: bool = True) -> str:
    """Runs a PostgreSQL program on the database; returns an error message, or ""."""
    if shutil.which(program) is None:
        return f"{program} is not installed: it comes with the client of PostgreSQL, of the version of the server."
    env = dict(os.environ)
    if connects:
        params = connection.get_connection_params()
        name = " ".join(f"{key}='{_escaped(params[key])}'" for key in CONNECTION if params.get(key))
        arguments = [*arguments, f"--dbname={name}"]
        # Not among the arguments, which all users of the machine can read.
        env |= {"PGPASSWORD": str(params.get("password") or "")}
    process = subprocess.run([program, *arguments], env=env, capture_output=True, text=True, check=False)
    return f"{program} failed: {process.stderr.strip()[-2000:]}" if process.returncode else ""


def _escaped(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("'", "\\'")


def _version_of(program: str) -> int:
    """Returns the major version of a PostgreSQL program: 15 for `pg_dump (PostgreSQL) 15.4`."""
    output = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"\) (\d+)", output)
    return int(match[1]) if match else 0


def _version_of_server() -> int:
    connection.ensure_connection()
    return connection.pg_version // 10_000  # type: ignore[attr-defined]


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copies the whole database in one transaction. Raises `sqlite3.Error`, also for a persistent lock.

    The copy is a single file: it includes the journal of the source and has none itself.
    """
    last = time.monotonic() + LOCK_SECONDS

    def end_if_held(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > last:
            raise sqlite3.OperationalError("somebody else is writing")

    source.backup(target, progress=end_if_held)
    if target is not connection.connection:
        target.execute("PRAGMA journal_mode=DELETE")


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _has(copy: sqlite3.Connection, name: str) -> bool:
    return copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [name]).fetchone() is not None


def _count(copy: sqlite3.Connection, name: str) -> int:
    return copy.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}").fetchone()[0]  # noqa: S608


def _aside_file() -> Path:
    path = Path(connection.settings_dict["NAME"]).absolute()
    return path.with_name(path.name + ASIDE_FILE)
