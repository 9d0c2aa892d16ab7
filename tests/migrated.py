"""Migrated test database: built once, then copied for each process and each run.

The migrations take longer than most test runs of a developer. They run once into a template, and every process of
pytest starts from a copy: of a file on SQLite, by `CREATE DATABASE … TEMPLATE` on PostgreSQL.

The name of a template contains a hash of its inputs (`fingerprint`), so a new or changed migration gets a new template.
SQLite templates are stored in the machine's temporary folder: all worktrees of an account share them, and the latest
are kept. Django still runs `migrate` on each copy; usually it finds nothing to do.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.creation import BaseDatabaseCreation

PREFIX = "migrated_"
FOLDER = Path(tempfile.gettempdir()) / f"comite-tests-{os.getuid()}"
KEPT = 12


def start_from_template(connection: BaseDatabaseWrapper) -> None:
    """Makes the test database of `connection` a copy of the template, which is built first if it is missing.

    Called once the test database has its name, before Django creates it. On SQLite the copy then exists, so Django has
    to be told to keep it; on PostgreSQL Django creates it from the template that the settings name.
    """
    name = make_template(connection)
    if connection.vendor == "sqlite":
        copy_file(connection, name)
    else:
        connection.settings_dict["TEST"]["TEMPLATE"] = name


def make_template(connection: BaseDatabaseWrapper) -> str:
    """Builds the template if it is missing, one process at a time; returns its name."""
    make = {"sqlite": make_file, "postgresql": make_database}[connection.vendor]
    name = f"{PREFIX}{fingerprint()}"
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with locked((FOLDER if connection.vendor == "sqlite" else Path(settings.VAR_DIR)) / f"{name}.lock"):
        make(connection, name)
    return name


def fingerprint() -> str:
    """Returns a short hash of the migrations, the settings, the city, and the versions of Django and Wagtail."""
    folders = [Path(app.path) / "migrations" for app in apps.get_app_configs()]
    files = [path for folder in [*folders, settings.BASE_DIR / "config" / "settings"] for path in folder.glob("*.py")]
    # Independent of the location of the worktree and of the libraries.
    contents = {"/".join(path.parts[-3:]): path.read_bytes() for path in files}
    contents["city"] = Path(settings.CITY_FILE).read_bytes()
    versions = [importlib.metadata.version(name) for name in ("django", "wagtail")]
    told = hashlib.sha256(" ".join(versions).encode())
    for name in sorted(contents):
        told.update(name.encode() + contents[name])
    return told.hexdigest()[:16]


def folder_of_the_run(factory: pytest.TempPathFactory) -> Path:
    """Returns the temporary folder shared by all processes of this run."""
    folder = factory.getbasetemp()
    return folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lets one process in at a time: the others wait for its template instead of building their own."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_file(connection: BaseDatabaseWrapper, name: str) -> None:
    template = FOLDER / f"{name}.sqlite3"
    if template.exists():
        return
    unfinished = FOLDER / f"unfinished_{name}.sqlite3"
    for rest in FOLDER.glob(f"{unfinished.name}*"):
        rest.unlink()
    migrate(connection, str(unfinished))
    unfinished.rename(template)
    for old in sorted(FOLDER.glob(f"{PREFIX}*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink()


def copy_file(connection: BaseDatabaseWrapper, name: str) -> None:
    copy = Path(connection.settings_dict["TEST"]["NAME"])
    # Files left beside it by a killed run belong to that file only.
    for rest in ("-wal", "-shm"):
        Path(f"{copy}{rest}").unlink(missing_ok=True)
    shutil.copyfile(FOLDER / f"{name}.sqlite3", copy)


def make_database(connection: BaseDatabaseWrapper, name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        found = {row[0] for row in cursor.fetchall()}
        if name not in found:
            for old in found:
                cursor.execute(f"DROP DATABASE {connection.ops.quote_name(old)}")
            migrate(connection, f"{PREFIX}unfinished")
            cursor.execute(f"ALTER DATABASE {PREFIX}unfinished RENAME TO {name}")


def restore_by_copy(connection: BaseDatabaseWrapper) -> None:
    """Makes `serialized_rollback` restore the migrated data by copying the file as it is now."""
    connection.ensure_connection()
    pristine = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(pristine)

    def restore(creation: BaseDatabaseCreation, data: str) -> None:
        creation.connection.ensure_connection()
        pristine.backup(creation.connection.connection)

    type(connection.creation).deserialize_db_from_string = restore


def migrate(connection: BaseDatabaseWrapper, name: str) -> None:
    """Migrates the database `name`; then gives the connection its former database name back."""
    test, before = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    named = test["NAME"]
    test["NAME"] = name
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.creation.destroy_test_db(before, verbosity=0, keepdb=True)
    finally:
        test["NAME"] = named


if __name__ == "__main__":
    # Started beside pytest (scripts/test.py), so that the template exists when the workers' first test needs it.
    import django
    from django.db import connection

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    make_template(connection)
