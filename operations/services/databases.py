"""Copy and replacement of the whole database, on SQLite by its own backup, on PostgreSQL by its own programs.

Both copy one moment of a running site. Both set aside what was there while it is being replaced, and put it back when
anything fails; when the process is killed, it still stands aside, and the next restore begins by putting it back.
"""

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.db import DatabaseError, connection, transaction

from operations.errors import BackupRefused, RestoreRefused

# Where what was there stands aside while the backup is loaded: a schema; a file named after that of the database.
ASIDE, ASIDE_FILE = "before_restore", ".before-restore"
LOCK_SECONDS = 10
# Programs since this version begin a load with a setting that older servers do not know.
FIRST_THAT_OLDER_SERVERS_REFUSE = 17
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

    def warning(self) -> str:
        """Says where a copy that is made here cannot be loaded; "" if it can be loaded here."""

    def refuse_if_unusable(self, folder: Path) -> None:
        """Raises `RestoreRefused` if the file in `folder` cannot be loaded, before anything is touched."""

    def replaced(self, folder: Path) -> contextlib.AbstractContextManager[None]:
        """The database as it is in `folder`; what was there comes back if the block raises."""

    def stands_aside(self) -> bool:
        """Says whether a restore that did not end has left what was there before it."""

    def put_back(self) -> None:
        """Puts back what a restore that did not end has set aside, if there is any."""


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
                # One transaction: a disk that is full, or somebody who writes, leaves what was there.
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

    def stands_aside(self) -> bool:
        return _aside_file().exists()

    def put_back(self) -> None:
        if self.stands_aside():
            connection.close()
            connection.ensure_connection()
            with connection.wrap_database_errors, contextlib.closing(_read_only(_aside_file())) as before:
                _copy(before, connection.connection)
            connection.close()
            _aside_file().unlink()


class PostgreSQL:
    """A dump in the format of `pg_dump --format=custom`, which other tools read too."""

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

    def stands_aside(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_namespace WHERE nspname = %s", [ASIDE])
            return cursor.fetchone() is not None

    def put_back(self) -> None:
        if self.stands_aside():
            _move_schema(aside=False)


def _move_schema(*, aside: bool) -> None:
    """Takes what is in the database out of the way, or what was out of the way back, in one transaction.

    Extensions stay where they are: only a superuser may move them.
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


def _version_of(program: str) -> int:
    """The first number of the version of a program of PostgreSQL: `pg_dump (PostgreSQL) 15.4` is 15."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0


def _version_of_server() -> int:
    connection.ensure_connection()
    return connection.pg_version // 10_000  # type: ignore[attr-defined]


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copies the whole database in one transaction. Raises `sqlite3.Error`, also when somebody else holds it for long.

    The copy is one file that can be read alone: a journal of the source is in it, no journal lies beside it.
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
