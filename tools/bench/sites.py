"""Databases of a benchmark, a small one and a large one, and the servers that use them."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.postgres import NoPostgres, create_database, execute, throwaway_cluster
from scripts.run import ROOT, CannotStart, Supervisor, free_port

# The caller's own site is left alone.
OF_ANOTHER_SITE = ("DATABASE_URL", "REDIS_URL", "DEBUG", "DEMONSTRATION", "ALLOWED_HOSTS", "BASE_URL", "SECRET_KEY")
MAIL_OF_ANOTHER_SITE = ("EMAIL_", "MAIL_", "DEFAULT_FROM_EMAIL")
Say = Callable[[str], None]


@dataclass
class Database:
    """Database, the environment of its processes, and the output of `tools.bench.subjects` about it."""

    name: str
    env: dict[str, str]
    # Arguments of `generate_load`.
    size: list[str]
    subjects: dict[str, Any] = field(default_factory=dict)

    def manage(self, *arguments: str) -> str:
        """Runs a management command on this database. Returns its output. Raises CannotStart."""
        process = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        if process.returncode != 0:
            raise CannotStart(f"{' '.join(arguments)} failed on the {self.name} database:\n{process.stderr}")
        return process.stdout


def environment(url: str, var_dir: Path) -> dict[str, str]:
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in OF_ANOTHER_SITE and not name.startswith(MAIL_OF_ANOTHER_SITE)
    }
    return env | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": url,
        "VAR_DIR": str(var_dir),
        "LOG_LEVEL": "CRITICAL",
    }


@contextlib.contextmanager
def cluster(say: Say) -> Iterator[str]:
    """Yields the URL of a throw-away PostgreSQL, or "" after printing a prominent warning."""
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(throwaway_cluster())
        except NoPostgres as reason:
            say("!" * 100)
            say(f"NO POSTGRESQL HERE: {reason}.")
            say("Everything is measured on SQLITE. Do not compare these figures with those of a real site.")
            say("!" * 100)
            url = ""
        yield url


def make_databases(cluster_url: str, var_dir: Path, sizes: dict[str, list[str]], say: Say) -> list[Database]:
    """Makes one database per entry of `sizes`: the demonstration plus a load of that size. Raises CannotStart."""
    base = cluster_url.rpartition("/")[0]
    urls = {name: f"{base}/{name}" if cluster_url else f"sqlite:///{var_dir / name}.sqlite3" for name in sizes}
    databases = [Database(name, environment(urls[name], var_dir), size) for name, size in sizes.items()]
    first, *others = databases
    say("Preparing a new site with its demonstration ...")
    if cluster_url:
        create_database(cluster_url, first.name)
    first.manage("-m", "scripts.prepare")
    for database in others:
        if cluster_url:
            create_database(cluster_url, database.name, template=first.name)
        else:
            shutil.copy(var_dir / f"{first.name}.sqlite3", var_dir / f"{database.name}.sqlite3")
    for database in databases:
        say(f"Generating the {database.name} load ({' '.join(database.size)}) ...")
        database.manage("manage.py", "generate_load", *database.size)
        if cluster_url:
            # As autovacuum would have done on a site of that size.
            execute(f"{base}/{database.name}", "VACUUM ANALYZE")
        database.subjects = json.loads(database.manage("-m", "tools.bench.subjects"))
    return databases


@contextlib.contextmanager
def servers(databases: list[Database], var_dir: Path) -> Iterator[dict[tuple[str, str], int]]:
    """Runs a server of the site and one of the baselines for each database. Yields their ports by (kind, database)."""
    supervisor = Supervisor()
    ports: dict[tuple[str, str], int] = {}
    try:
        for database in databases:
            for kind, settings in (("site", "config.settings.dev"), ("limit", "tools.bench.settings")):
                port = ports[kind, database.name] = free_port()
                # As in docker/, so that the production configuration is measured.
                command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
                command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--keep-alive", "60"]
                command += ["--log-level", "warning", "--no-control-socket"]
                env = database.env | {"DJANGO_SETTINGS_MODULE": settings}
                log = var_dir / f"{kind}-{database.name}.log"
                supervisor.start(f"{kind} {database.name}", command, env=env, log=log)
        for (kind, _name), port in ports.items():
            _wait(supervisor, var_dir, port, "/healthz" if kind == "site" else "/static")
        yield ports
    finally:
        supervisor.stop()


def _wait(supervisor: Supervisor, var_dir: Path, port: int, path: str) -> None:
    """Returns when the server responds. Raises CannotStart if it dies or takes a minute."""
    deadline = time.monotonic() + 60
    while True:
        if dead := supervisor.first_dead():
            logs = "\n".join(log.read_text()[-2_000:] for log in sorted(var_dir.glob("*.log")))
            raise CannotStart(f"{logs}\n{dead}")
        try:
            with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=10):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise CannotStart(f"A server did not answer {path} within a minute.") from None
            time.sleep(0.2)
