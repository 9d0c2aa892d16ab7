"""Copy and replacement of the whole database, on SQLite by its own backup, on PostgreSQL by its own programs.

Both copy one moment of a running site. Both put back what was there when anything fails while it is being replaced.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.db import DatabaseError, connection, transaction

from operations.errors import BackupRefused, RestoreRefused

# Where what was there stands aside on PostgreSQL, while the backup is loaded.
ASIDE = "before_restore"
LOCK_TIMEOUT = "10s"
# What the programs of PostgreSQL take from the settings of Django's connection.
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
    """One kind of database."""

    file: str

    def dump(self, folder: Path) -> dict[str, int]:
        """Writes one moment of the database to `file` in `folder`; returns the rows of each table at that moment."""

    def refuse_if_unusable(self, folder: Path) -> None:
        """Raises `RestoreRefused` if the file in `folder` cannot be loaded, before anything is touched."""

    def replaced(self, folder: Path) -> contextlib.AbstractContextManager[None]:
        """The database as it is in `folder`; what was there comes back if the block raises."""


def engine() -> Engine:
    return SQLite() if connection.vendor == "sqlite" else PostgreSQL()


def table_names() -> list[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_list(cursor)
    return sorted(table.name for table in found if table.type in ("t", "p"))


def count_rows() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for name in table_names():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 - a table of ours
            counts[name] = cursor.fetchone()[0]
    return counts


class SQLite:
    """One file. It is never copied as a file: its journal holds the last changes."""

    file = "database.sqlite3"

    def dump(self, folder: Path) -> dict[str, int]:
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(folder / self.file)) as copy:
            try:
                connection.connection.backup(copy)
                # One file, without a journal beside it.
                copy.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.Error as error:
                raise BackupRefused(f"The database cannot be copied: {error}.") from error
            return {name: _count(copy, name) for name in table_names() if _has(copy, name)}

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
        connection.ensure_connection()
        with (
            tempfile.TemporaryDirectory(prefix="before-restore-", dir=_folder_of_database()) as aside,
            contextlib.closing(sqlite3.connect(f"{aside}/before.sqlite3")) as before,
        ):
            try:
                connection.connection.backup(before)
                # One transaction: a disk that is full, or somebody who writes, leaves what was there.
                with contextlib.closing(_read_only(folder / self.file)) as copy:
                    copy.backup(connection.connection)
            except sqlite3.Error as error:
                raise RestoreRefused(f"The database cannot be written: {error}. Does the site still run?") from error
            try:
                connection.close()
                yield
            except BaseException:
                connection.close()
                connection.ensure_connection()
                before.backup(connection.connection)
                connection.close()
                raise


class PostgreSQL:
    """A dump in the format of `pg_dump --format=custom`, which other tools read too."""

    file = "database.dump"

    def dump(self, folder: Path) -> dict[str, int]:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
            problem = _run("pg_dump", [*options, f"--file={folder / self.file}"])
            if problem:
                raise BackupRefused(problem)
            return count_rows()

    def refuse_if_unusable(self, folder: Path) -> None:
        if problem := _run("pg_restore", ["--list", str(folder / self.file)], connects=False):
            raise RestoreRefused(problem)

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
            _move_schema(aside=False)
            raise
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {ASIDE} CASCADE")


def _move_schema(*, aside: bool) -> None:
    """Takes what is in the database out of the way, or what was out of the way back, in one transaction.

    Extensions stay where they are: only a superuser may move them.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        if aside:
            # One that a killed restore left.
            cursor.execute(f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE")
            cursor.execute(f"CREATE SCHEMA {ASIDE}")
        for thing in _things_in("public"):
            cursor.execute(f"ALTER {thing} SET SCHEMA {ASIDE}" if aside else f"DROP {thing} CASCADE")
        if not aside:
            for thing in _things_in(ASIDE):
                cursor.execute(f"ALTER {thing} SET SCHEMA public")
            cursor.execute(f"DROP SCHEMA {ASIDE} CASCADE")


def _things_in(schema: str) -> list[str]:
    """What a schema holds that belongs to no extension, as SQL names it. Indexes and sequences go with their table."""
    with connection.cursor() as cursor:
        cursor.execute(THINGS, [schema] * 3)
        return [name for (name,) in cursor.fetchall()]


def _run(program: str, arguments: list[str], *, connects: bool = True) -> str:
    """Runs a program of PostgreSQL on the database of the settings; returns what went wrong, "" if nothing did."""
    if shutil.which(program) is None:
        return f"{program} is not installed: it comes with the client of PostgreSQL, of the version of the server."
    env = dict(os.environ)
    if connects:
        params = connection.get_connection_params()
        name = " ".join(f"{key}='{_escaped(params[key])}'" for key in CONNECTION if params.get(key))
        arguments = [*arguments, f"--dbname={name}"]
        # Never among the arguments, which every account of the machine can read.
        env |= {"PGPASSWORD": str(params.get("password") or "")}
    done = subprocess.run([program, *arguments], env=env, capture_output=True, text=True, check=False)
    return f"{program} failed: {done.stderr.strip()[-2000:]}" if done.returncode else ""


def _escaped(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("'", "\\'")


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _has(copy: sqlite3.Connection, name: str) -> bool:
    return copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [name]).fetchone() is not None


def _count(copy: sqlite3.Connection, name: str) -> int:
    return copy.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}").fetchone()[0]  # noqa: S608


def _folder_of_database() -> Path:
    return Path(connection.settings_dict["NAME"]).absolute().parent
