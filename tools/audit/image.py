"""The documented installation with containers, in a Docker Engine of its own: proposal, restart, upgrade, restore.

No registry of images is needed: `mmdebstrap` makes the base, and `images/Dockerfile` the images of database, broker and
proxy from Debian's packages. docker/compose.yaml runs as it is, with the names of these images as settings.
"""

import contextlib
import os
import re
import shutil
import subprocess
import textwrap
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import requests
import urllib3
from aiosmtpd.controller import Controller

from scripts.run import free_port
from tools.audit.report import Report, table
from tools.chaos.visitors import hidden_values
from tools.demonstration import ROOT

NEEDED = ("dockerd", "docker", "mmdebstrap", "openssl")
DEBIAN = "docker.io docker-cli docker-compose docker-buildx mmdebstrap openssl"
NOT_TRIED = "SKIPPED: rootless engines, and the published images of Python, PostgreSQL, Valkey and nginx"
# Socket and processes of the engine.
RUN = "/run/comite-audit"
LONGEST_WAIT = 600
HOST = "comite.ville.fr"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
# What the official Python image has and has not. Packages come through HTTPS: the base trusts what this machine trusts.
MAKE_BASE = f"""
mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,python-is-python3,ca-certificates \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --customize-hook='upload {CERTIFICATES} {CERTIFICATES}' \
  --customize-hook='printf "[global]\\ncert = {CERTIFICATES}\\n" > "$1/etc/pip.conf"' \
  trixie base.tar
docker import base.tar comite-audit/base
rm base.tar
"""
SETTINGS = """
ALLOWED_HOSTS={host}
DEFAULT_FROM_EMAIL='Comité <lettre@ville.fr>'
EMAIL_HOST={gateway}
EMAIL_PORT={port}
EMAIL_USE_TLS=false
FORM_MINIMUM_SECONDS=0
BASE_IMAGE=comite-audit/base
DATABASE_IMAGE=comite-audit/database
BROKER_IMAGE=comite-audit/broker
PROXY_IMAGE=comite-audit/proxy
"""
# Files next to the sources that must never be in the image.
KEPT_OUT = ".git .env docker/.env tests tools scripts var docker/compose.yaml docker/secrets docs/quality.md"
SERVICES = ("web", "worker", "beat", "database", "broker", "proxy")
# Lines of `/proc/1/status`: no capabilities, no new privileges.
RIGHTS = {"CapEff": "0" * 16, "CapBnd": "0" * 16, "NoNewPrivs": "1"}
BACKUPS = "/var/backups/comite"
EDITOR = "personne@ville.example"
CODE = re.compile(r"^([A-Z0-9-]{4,12})$", re.MULTILINE)
FIRST, SECOND = "Des bancs à l’ombre", "Une fontaine par quartier"


def check(folder: Path) -> Report:
    """Runs the whole life of a site; SKIPPED without root or the programs. Bases and layers are kept in `folder`."""
    missing = [program for program in NEEDED if not shutil.which(program)]
    if os.getuid() != 0 or missing:
        reason = f"{', '.join(missing)} missing" if missing else "not root"
        return Report("image", f"SKIPPED: {reason} (as root: apt-get install {DEBIAN})")
    if Path("/run/docker.sock").exists():
        return Report("image", "SKIPPED: an engine is running on this machine; two would share its network")
    site = Site(folder)
    try:
        site.start_engine()
        site.empty()
        play(site)
        site.empty()
    except (subprocess.CalledProcessError, requests.RequestException, TimeoutError) as problem:
        output = getattr(problem, "output", "") or ""
        site.faults.append(f"{problem}\n{output[-3000:]}\n{site.compose('logs --tail 12 --no-color || true')[-3000:]}")
    finally:
        site.stop_engine()
    print(table(list(site.seconds), [[f"{seconds:.0f} s" for seconds in site.seconds.values()]]), flush=True)
    print("\n".join([*site.sizes, NOT_TRIED]), flush=True)
    summary = f"docker/compose.yaml in an engine: {', '.join(site.seconds)}"
    return Report("image", summary, site.version, site.faults, {"seconds": site.seconds, "sizes": site.sizes})


def play(site: "Site") -> None:
    """Installs the version before, upgrades it, restores a backup."""
    with site.timed("bases"):
        site.run(f"docker image inspect comite-audit/base >/dev/null 2>&1 || {{ {MAKE_BASE} }}")
        for name in ("database", "broker", "proxy"):
            options = f"--build-arg BASE=comite-audit/base --target {name} --tag comite-audit/{name}"
            site.run(f"docker build {options} {ROOT}/tools/audit/images")
    before = site.get_sources()
    with receiving(site.gateway()) as mailbox:
        resident = Resident(mailbox)
        with site.timed(f"installation of {before[:8]}"):
            site.run(installation(site.sources, SETTINGS.format(host=HOST, gateway=site.gateway(), port=mailbox.port)))
            wait_until("no tick comes", resident.finds_site_ready)
        with site.timed("proposal and its mails"):
            resident.sign_in()
            resident.propose(FIRST)
        with site.timed("restart of the engine"):
            site.stop_engine()
            site.start_engine()
            wait_until("not ready after a restart", resident.finds_site_ready)
        site.expect("after a restart", resident.proposals(), {FIRST})
        with site.timed("backup"):
            site.compose("run --rm backup")
        with site.timed("upgrade"):
            site.run("git checkout --quiet -")
            site.compose("up --build --detach")
            wait_until("not ready after the upgrade", resident.finds_site_ready)
        resident.propose(SECOND)
        site.expect("after the upgrade", resident.proposals(), {FIRST, SECOND})
        examine(site)
        with site.timed("drill"):
            site.compose(f"run --rm -T backup drill {BACKUPS}")
        with site.timed("restore"):
            backup = site.compose(f"run --rm --entrypoint ls backup {BACKUPS}").strip()
            site.compose("stop web worker beat")
            killed = site.run("docker ps --all --filter status=exited --format '{{.Names}} {{.Status}}'")
            site.faults += [f"not stopped in time: {line}" for line in killed.splitlines() if "(137)" in line]
            site.compose(f"run --rm backup restore {BACKUPS}/{backup} --force")
            site.compose("up --detach")
            wait_until("not ready after the restore", resident.finds_site_ready)
        resident.sign_in()
        site.expect("after the restore", resident.proposals(), {FIRST})


def installation(sources: Path, settings: str) -> str:
    """Returns the lines of docs/operations.md, without the look at the DNS, which has no such domain."""
    page = (sources / "docs" / "operations.md").read_text(encoding="utf-8")
    lines = [line for line in block(page, "## Installing with containers") if "check_mail_dns" not in line]
    certificate = next(number for number, line in enumerate(lines) if line.startswith("# fullchain.pem"))
    lines[certificate : certificate + 1] = block(page, "### The certificate")
    lines.insert(1, f"cat >> docker/.env <<'EOF'{settings}EOF")
    return "\n".join(lines)


def block(page: str, heading: str) -> list[str]:
    """Returns the lines of the first indented block under `heading`."""
    found = re.search(r"(?:^    .*\n)+", page[page.index(f"\n{heading}\n") :], re.MULTILINE)
    return textwrap.dedent(found[0]).splitlines() if found else []


def examine(site: "Site") -> None:
    """Compares the rights of each service and the files of the image with the promises; measures image and memory."""
    restarts = "{{if .RestartCount}}{{.Name}} was restarted {{.RestartCount}} times{{end}}"
    site.faults += filter(None, site.run(f"docker inspect --format '{restarts}' $(docker ps --quiet)").splitlines())
    for service in SERVICES:
        status = dict(re.findall(r"^(\w+):\t(\S+)", site.inside(service, "cat /proc/1/status"), re.MULTILINE))
        site.faults += [f"{service}: {key} is {status[key]}" for key, right in RIGHTS.items() if status[key] != right]
        if status["Uid"] == "0":
            site.faults.append(f"{service} runs as root")
        if "written" in site.inside(service, "sh -c 'touch /etc/here 2>/dev/null && echo written || true'"):
            site.faults.append(f"{service} can write to its image")
    found = site.inside("web", f"sh -c 'ls -d {KEPT_OUT} 2>/dev/null || true'")
    site.faults += [f"{name} is in the image" for name in found.split()]
    # Fails unless the settings fulfil the checks of a deployment.
    site.inside("web", "python manage.py check --deploy --fail-level WARNING")
    layers = site.run("docker history --format '{{.Size}}\t{{.CreatedBy}}' comite:local")
    memory = site.run("docker stats --no-stream --format '{{.MemUsage}}\t{{.Name}}'")
    site.sizes = [line for line in (layers + memory).splitlines() if not line.startswith("0B")]


class Site:
    """Site in an engine of its own, which stores everything in `folder`. `faults` must stay empty."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.sources = folder, folder / "site"
        self.env = {**os.environ, "DOCKER_HOST": f"unix://{RUN}/socket"}
        self.faults: list[str] = []
        self.seconds: dict[str, float] = {}
        self.sizes: list[str] = []
        self.version = "docker"
        self.sources.mkdir(parents=True, exist_ok=True)

    def start_engine(self) -> None:
        folders = f"--data-root={self.folder}/engine --exec-root={RUN} --pidfile={RUN}/pid"
        with (self.folder / "engine.log").open("ab") as log:
            command = ["dockerd", *folders.split(), f"--host=unix://{RUN}/socket"]
            self.engine = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        wait_until("the engine does not start", self.answers)

    def answers(self) -> bool:
        if self.engine.poll() is not None:
            raise TimeoutError(f"the engine ended: see {self.folder}/engine.log")
        self.version = self.run("docker version --format 'docker {{.Server.Version}}' 2>/dev/null || true").strip()
        return self.version.startswith("docker ")

    def stop_engine(self) -> None:
        """Stops the engine and its containers, as the end of the machine does."""
        self.engine.terminate()
        self.engine.wait()

    def run(self, script: str) -> str:
        """Runs `script` in the folder of the sources; returns its output. Raises `CalledProcessError`."""
        command = ["sh", "-ec", script]
        process = subprocess.run(command, cwd=self.sources, env=self.env, capture_output=True, text=True, check=False)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, script[-200:], process.stdout + process.stderr)
        return process.stdout

    def compose(self, arguments: str) -> str:
        return self.run(f"docker compose --file docker/compose.yaml {arguments}")

    def inside(self, service: str, command: str) -> str:
        return self.compose(f"exec -T {service} {command}")

    def gateway(self) -> str:
        """Returns the address of this machine for the containers."""
        return self.run("docker network inspect --format '{{(index .IPAM.Config 0).Gateway}}' bridge").strip()

    def get_sources(self) -> str:
        """Clones this repository, at the commit that last changed the version; returns it."""
        shutil.rmtree(self.sources)
        self.sources.mkdir()
        self.run(f"git clone --quiet --no-local {ROOT} .")
        before = self.run("git log -1 --format=%H -G'^version = ' -- pyproject.toml").strip()
        self.run(f"git checkout --quiet {before}")
        return before

    def empty(self) -> None:
        """Removes containers and volumes, also those of a run that was interrupted; keeps the images."""
        self.run("docker ps --all --quiet | xargs --no-run-if-empty docker rm --force")
        self.run("docker volume prune --all --force && docker network prune --force")

    def expect(self, when: str, found: set[str], expected: set[str]) -> None:
        if found != expected:
            self.faults.append(f"{when}, the proposals are {sorted(found)}, not {sorted(expected)}")

    @contextlib.contextmanager
    def timed(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - started


class Mailbox:
    """Texts of the mails that a mail server accepted."""

    def __init__(self) -> None:
        self.port = free_port()
        self.texts: list[str] = []

    async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]
        body = message_from_bytes(envelope.content, policy=policy.default).get_body(("plain",))
        self.texts.append("\n".join(body.get_content().splitlines()) if body else "")
        return "250 taken"

    def wait_for(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Returns the match in a mail, which is removed with those before it."""
        wait_until(f"no mail with {pattern.pattern} comes", lambda: any(map(pattern.search, self.texts)))
        while not (match := pattern.search(self.texts.pop(0))):
            pass
        return match


@contextlib.contextmanager
def receiving(address: str) -> Iterator[Mailbox]:
    """Runs a mail server at `address`."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname=address, port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


class Resident:
    """Resident with a mailbox and a browser without scripts, who reaches the site through its proxy."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.session = requests.Session()
        self.session.headers.update({"Host": HOST, "Referer": f"https://{HOST}/"})
        # The certificate is self-signed. Variables of this machine (REQUESTS_CA_BUNDLE) would prevail.
        self.session.verify, self.session.trust_env = False, False
        urllib3.disable_warnings()

    def sign_in(self) -> None:
        self.fill("/compte/connexion/", to="/compte/connexion/code/", email=EDITOR)
        # Not the action of the second form of that page, which asks for another code.
        self.fill("/compte/connexion/code/verifier/", code=self.mailbox.wait_for(CODE)[1], action="")

    def propose(self, title: str) -> None:
        """Fills in the three screens, and waits for the mail about the proposal."""
        self.fill("/propositions/deposer/idee/", title=title, problem="Il n’y en a pas.", body="Il en faut.")
        self.fill("/propositions/deposer/sujet/")
        self.fill("/propositions/deposer/verifier/", rules="on")
        self.mailbox.wait_for(re.compile(re.escape(title)))

    def proposals(self) -> set[str]:
        """Returns the titles of the resident's own proposals."""
        page = self.ask("/compte/contributions/").text
        return {unescape(title) for title in re.findall(r'<a href="/propositions/\d+-[^"]*">([^<]+)</a>', page)}

    def finds_site_ready(self) -> bool:
        try:
            return self.ask("/readyz").json()["tick"] == "regular"
        except requests.RequestException:
            return False

    def fill(self, path: str, *, to: str = "", **values: str) -> None:
        """Submits the form at `path` with its hidden values and `values`; sends it to `to`, or else to its page."""
        page = self.ask(path)
        self.ask(to or page.url, hidden_values(page.text) | values)

    def ask(self, path: str, values: dict[str, str] | None = None) -> requests.Response:
        """Returns the page after all redirects. Raises `HTTPError`."""
        url = urljoin("https://127.0.0.1/", path)
        response = self.session.request("GET" if values is None else "POST", url, data=values, timeout=120)
        response.raise_for_status()
        return response


def wait_until(fault: str, is_done: Callable[[], bool]) -> None:
    """Raises `TimeoutError` with the sentence `fault` after ten minutes."""
    deadline = time.monotonic() + LONGEST_WAIT
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError(fault)
        time.sleep(0.5)
