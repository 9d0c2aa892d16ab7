"""Throw-away PostgreSQL for a test run: in a temporary folder, on a Unix socket, deleted afterwards."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

SERVICE_ACCOUNT = "postgres"
# Speed instead of durability: the data is disposable.
SAFE_FROM_KILLS = "-c fsync=off -c full_page_writes=off -c max_connections=500 -c listen_addresses=''"
# A killed server also loses its last commits; with the options above, only a crash of the machine loses data.
OPTIONS = f"{SAFE_FROM_KILLS} -c synchronous_commit=off"


class NoPostgres(Exception):
    """Reason why no throw-away cluster can run here, in one sentence."""


def find_programs() -> Path:
    """Returns the folder of `initdb` and `pg_ctl`, newest version first. Raises NoPostgres."""
    by_version = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = [Path(executable).resolve().parent] if (executable := shutil.which("pg_ctl")) else []
    for folder in [*on_path, *by_version]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgres("no initdb and pg_ctl found; install PostgreSQL 15 or newer, or set DATABASE_URL")


def as_service_account(folder: Path) -> list[str]:
    """Returns the command prefix that drops root, because PostgreSQL refuses to run as root. Raises NoPostgres."""
    if os.getuid() != 0:
        return []
    try:
        account = pwd.getpwnam(SERVICE_ACCOUNT)
    except KeyError:
        raise NoPostgres(f"this is root, and there is no account {SERVICE_ACCOUNT} to run PostgreSQL as") from None
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["runuser", "-u", SERVICE_ACCOUNT, "--"]


@dataclass(frozen=True)
class Cluster:
    """Running server: the DATABASE_URL of a database to be created, and a function that kills and restarts it."""

    url: str
    restart: Callable[[], None]


@contextlib.contextmanager
def throwaway_cluster() -> Iterator[str]:
    """Yields the DATABASE_URL of a new cluster and removes it at the end. Raises NoPostgres."""
    with restartable_cluster(OPTIONS) as cluster:
        yield cluster.url


def execute(url: str, statement: str) -> None:
    """Executes one statement outside a transaction on the database at `url`."""
    import psycopg

    folder, _slash, name = url.removeprefix("postgresql://postgres@/").rpartition("/")
    with psycopg.connect(host=folder, user="postgres", dbname=name, autocommit=True) as connection:
        connection.execute(statement)


def create_database(cluster_url: str, name: str, *, template: str = "") -> str:
    """Creates the database `name`, from `template` if given, on a throw-away cluster; returns its URL."""
    base = cluster_url.rpartition("/")[0]
    execute(f"{base}/postgres", f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    return f"{base}/{name}"


@contextlib.contextmanager
def restartable_cluster(options: str = SAFE_FROM_KILLS) -> Iterator[Cluster]:
    """Yields a cluster whose server can be killed and restarted. Raises NoPostgres."""
    programs = find_programs()
    # A short path, because a Unix socket's is limited to 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        prefix, data, log = as_service_account(folder), folder / "data", folder / "log"

        def call(program: str, *arguments: str) -> None:
            command = [*prefix, str(programs / program), "-D", str(data), *arguments]
            process = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if process.returncode != 0:
                details = process.stderr or (log.read_text() if log.exists() else "")
                raise NoPostgres(f"{program} failed: {details.strip()}")

        call("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        serve = ("-l", str(log), "-w", "-o", f"{options} -c unix_socket_directories={folder}")
        call("pg_ctl", *serve, "start")
        try:
            yield Cluster(
                url=f"postgresql://postgres@/{folder}/comite",
                restart=lambda: call("pg_ctl", *serve, "-m", "immediate", "restart"),
            )
        finally:
            with contextlib.suppress(NoPostgres):
                call("pg_ctl", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
