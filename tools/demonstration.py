"""Demonstration site for external checks: how to run it, and its main pages."""

import http.client
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from scripts import run

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 180
STOP_SECONDS = 30
POLL_SECONDS = 0.2
# Always a new demonstration, without the settings of the caller's own site.
OF_ANOTHER_SITE = ("DATABASE_URL", "REDIS_URL", "EMAIL_HOST", "DEBUG", "DEMONSTRATION")


@dataclass(frozen=True)
class MainPage:
    """Main page that is measured and photographed: a path, or the first link of a list that matches `link`."""

    name: str
    path: str
    link: str = ""


MAIN_PAGES = (
    MainPage("accueil", "/"),
    MainPage("actualites", "/actualites/"),
    MainPage("actualite", "/actualites/", r"/actualites/[\w-]+/"),
    MainPage("veille", "/veille/"),
    MainPage("fiche-de-veille", "/veille/", r"/veille/[\w-]+/"),
    MainPage("propositions", "/propositions/"),
    MainPage("proposition", "/propositions/?tri=reponses", r"/propositions/\d+[\w-]*/"),
    MainPage("deposer", "/propositions/deposer/idee/"),
    MainPage("comite", "/le-comite/"),
    MainPage("seance", "/le-comite/seances/", r"/le-comite/seances/[\d-]+/"),
    MainPage("resultats", "/sondages/", r"/sondages/[\w-]+/resultats/"),
    MainPage("lettre", "/lettre/inscription/"),
)


@dataclass(frozen=True)
class Answer:
    """Response to a GET request, without following redirections or sending cookies."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers.get_content_type()

    @property
    def text(self) -> str:
        return self.body.decode(self.headers.get_content_charset() or "utf-8")


def get(site: str, path: str) -> Answer:
    """Requests `path` from `site` (http://host:port)."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    try:
        connection.request("GET", path, headers={"Accept": "*/*"})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def main_addresses(site: str) -> dict[str, str]:
    """Returns name → path of the main pages of `site`. Raises LookupError if a list has no matching link."""
    found = {}
    for page in MAIN_PAGES:
        path = page.path
        if page.link:
            main = get(site, page.path).text.partition("<main")[2]
            match = re.search(f'href="({page.link})"', main)
            if match is None:
                raise LookupError(f"{page.path} has no link like {page.link}.")
            path = match[1]
        found[page.name] = path
    return found


def environment(var_dir: Path, port: int, settings: str) -> dict[str, str]:
    """Returns the environment of a demonstration that stores everything in `var_dir`."""
    env = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER_SITE}
    site = f"http://localhost:{port}"
    return {**env, "VAR_DIR": str(var_dir), "PORT": str(port), "BASE_URL": site, "DJANGO_SETTINGS_MODULE": settings}


@contextmanager
def demonstration(var_dir: Path, *, settings: str) -> Iterator[str]:
    """Runs a new demonstration in `var_dir`, which is emptied; yields its URL; stops it.

    Raises `run.CannotStart` if it does not answer; what it said is in `var_dir`/run.log.
    """
    shutil.rmtree(var_dir, ignore_errors=True)
    var_dir.mkdir(parents=True)
    env = environment(var_dir, run.free_port(), settings)
    log = var_dir / "run.log"
    with log.open("wb") as output:

        def manage(*arguments: str) -> None:
            command = [sys.executable, "manage.py", *arguments]
            subprocess.run(command, cwd=ROOT, env=env, stdout=output, stderr=output, check=True)

        manage("collectstatic", "--noinput", "--verbosity", "0")
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.run"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            wait_until_ready(process, env["BASE_URL"], log)
            # The first digests are due: they are sent now, not at the next tick.
            manage("tick")
            yield env["BASE_URL"]
        finally:
            process.terminate()
            process.wait(timeout=STOP_SECONDS)


def wait_until_ready(process: subprocess.Popen[bytes], site: str, log: Path) -> None:
    """Returns when `site` responds. Raises `run.CannotStart` if its process ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with suppress(OSError):
            if get(site, "/healthz").status == http.client.OK:
                return
        time.sleep(POLL_SECONDS)
    raise run.CannotStart(f"The demonstration did not start. It said:\n{log.read_text()[-2000:]}")
