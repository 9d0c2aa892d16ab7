"""`make run` seen from outside: one process to start, one signal to stop, and clear error messages."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from scripts import bootstrap, run
from scripts.starting import Progress

ROOT = Path(__file__).resolve().parents[2]
# Timeout in seconds, longer than any machine needs.
MINUTES = 10 * 60
pytestmark = pytest.mark.one_database
one_site = pytest.mark.xdist_group("make run")
sees_processes = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc")


def children_of(pid: int) -> dict[int, str]:
    """Returns the living descendants of `pid`: pid → command line."""
    children: dict[int, str] = {}
    family = {pid}
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda folder: int(folder.name)):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if parent in family:
            family.add(int(folder.name))
            children[int(folder.name)] = command
    return children


def are_all_gone(processes: dict[int, str]) -> bool:
    """Returns whether none of `processes` is running; zombies do not count as running."""
    for pid in processes:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            return False
    return True


def wait_until(condition, *, what: str):
    """Returns the result of `condition()` once it is true; fails after `MINUTES`."""
    deadline = time.monotonic() + MINUTES
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.2)
    pytest.fail(f"{what}: not within {MINUTES} s")


def plain(html: str) -> str:
    """Returns the text of a page, with single spaces."""
    return " ".join(BeautifulSoup(html, "html.parser").get_text().split())


def text_of(port: int) -> str:
    """Returns the status and the text of the home page; empty if nothing listens on `port`."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=MINUTES) as answer:
            return f"{answer.status} {plain(answer.read().decode())}"
    except urllib.error.HTTPError as answer:
        return f"{answer.code} {plain(answer.read().decode())}"
    except OSError:
        return ""


@contextmanager
def running(folder: Path, **variables: str):
    """Starts the site in `folder` and waits until it is ready; yields (process, its log file, port).

    The text of the first page is stored beside the log file.
    """
    port = run.free_port()
    log = folder / f"console-{port}.log"
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    env |= {"VAR_DIR": str(folder / "var"), "PORT": str(port), "TICK_SECONDS": "1", "DEMONSTRATION": "0", **variables}
    with log.open("w") as console:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.run"], cwd=ROOT, env=env, stdout=console, stderr=subprocess.STDOUT
        )
    try:
        first = wait_until(lambda: text_of(port) or process.poll() is not None, what="a first page")
        log.with_suffix(".first").write_text(str(first))
        wait_until(lambda: "The site is ready" in log.read_text() or process.poll() is not None, what="ready")
        yield process, log, port
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=MINUTES)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Site started once for all tests that leave it running; yields (folder, result of `running`)."""
    folder = tmp_path_factory.mktemp("site")
    with running(folder) as started:
        yield folder, started


@pytest.fixture
def prepared(site, tmp_path) -> Path:
    """Folder with a copy of the site's database, for tests that stop what they start."""
    (tmp_path / "var").mkdir()
    with (
        closing(sqlite3.connect(site[0] / "var" / "comite.sqlite3", timeout=MINUTES)) as source,
        closing(sqlite3.connect(tmp_path / "var" / "comite.sqlite3")) as copy,
    ):
        source.backup(copy)
    return tmp_path


@one_site
@pytest.mark.stack
def test_beat_triggers_ticks_that_the_worker_runs(site):
    """The worker writes its heartbeat into the database at each tick."""
    folder, _started = site

    def heartbeat():
        with closing(sqlite3.connect(folder / "var" / "comite.sqlite3", timeout=MINUTES)) as database:
            return database.execute("SELECT max(at) FROM mailing_heartbeat").fetchone()[0]

    first = wait_until(heartbeat, what="a ring after the start")
    wait_until(lambda: heartbeat() != first, what="the next ring")


@one_site
@pytest.mark.stack
def test_steps_are_shown_on_the_port_and_in_the_terminal_until_the_site_is_ready(site):
    _folder, (_process, log, port) = site
    first = log.with_suffix(".first").read_text()
    assert first.startswith("503 ")
    assert settings.WAGTAIL_SITE_NAME in first
    assert "Site web : à faire" in first
    assert text_of(port).startswith("200 ")
    assert re.findall(r"^(\w+) \.\.\. \d+ s$", log.read_text(), re.MULTILINE) == ["Database", "Content", "Web"]


@one_site
@pytest.mark.stack
def test_manual_command_uses_the_base_url_of_the_running_site(site):
    """Without PORT and BASE_URL, as in another terminal; an explicit BASE_URL takes precedence."""
    folder, (_process, _log, port) = site
    env = {name: value for name, value in os.environ.items() if name not in ("BASE_URL", "PORT")}
    env |= {"VAR_DIR": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    code = "from django.conf import settings as s; print(s.BASE_URL, s.WAGTAILADMIN_BASE_URL)"
    for variables, url in (({}, f"http://localhost:{port}"), ({"BASE_URL": "http://ailleurs:1/"}, "http://ailleurs:1")):
        by_hand = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env | variables, capture_output=True, text=True, check=True
        )
        assert by_hand.stdout.split() == [url, url]


@one_site
@pytest.mark.stack
def test_a_second_start_in_the_same_folder_is_refused(site):
    with running(site[0]) as (second, log, _):
        assert second.wait(timeout=MINUTES) == 1
        assert "already runs from this folder" in log.read_text()


@one_site
@pytest.mark.stack
@sees_processes
@pytest.mark.parametrize(
    "signal_number",
    [signal.SIGTERM, signal.SIGINT, signal.SIGHUP],
)
def test_one_signal_ends_every_process(prepared, signal_number):
    with running(prepared) as (process, log, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=MINUTES) as answer:
            assert answer.status == 200
        children = children_of(process.pid)
        for part in ("valkey", "gunicorn", "celery -q -A config worker", "celery -q -A config.beat beat"):
            assert any(part in command for command in children.values())
        process.send_signal(signal_number)
        assert process.wait(timeout=MINUTES) == 0
        assert log.read_text().endswith("Stopped.\n")
    wait_until(lambda: are_all_gone(children), what="the end of every process")


@one_site
@pytest.mark.stack
@sees_processes
@pytest.mark.parametrize(("part", "name"), [("celery -q -A config.beat beat", "beat"), ("valkey-server", "broker")])
def test_death_of_one_process_is_reported_and_stops_the_others(prepared, part, name):
    with running(prepared) as (process, log, _):
        children = children_of(process.pid)
        victim = next(pid for pid, command in children.items() if part in command)
        os.kill(victim, signal.SIGKILL)
        assert process.wait(timeout=MINUTES) == 1
        assert f"The {name} process ended by itself" in log.read_text()
    wait_until(lambda: are_all_gone(children), what="the end of every process")


@pytest.mark.stack
def test_port_in_use_is_one_message(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with running(tmp_path, PORT=port) as (process, log, _):
            assert process.wait(timeout=MINUTES) == 1
    assert re.fullmatch(rf"Port {port} is already in use: choose another one, .*\n", log.read_text())


def test_page_of_preparation_shows_each_step_and_is_never_kept(capsys):
    progress, port = Progress(), run.free_port()
    with run.listening(port, progress):
        progress.begin("database")
        for line in ("Step: content\n", "Comptes\n"):
            progress.hear(line)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=MINUTES)
    page = refused.value.read().decode()
    assert refused.value.code == 503
    assert refused.value.headers["Cache-Control"] == "no-store"
    assert refused.value.headers["Retry-After"] == "2"
    assert '<meta http-equiv="refresh" content="2">' in page
    assert page.count("<h1>") == 1
    assert re.search(
        r"Base de données : fait, en \d+ s Contenu : en cours, depuis \d+ s Site web : à faire", plain(page)
    )
    assert re.fullmatch(r"Database \.\.\. \d+ s\nComptes\n", capsys.readouterr().out)


def test_connection_during_the_change_of_servers_is_not_refused():
    """The listening socket of the page is that of the web server, so a request in between is answered by the latter."""
    port = run.free_port()
    with run.listening(port, Progress()) as listener:
        inherited = socket.socket(fileno=os.dup(listener))
    with inherited, socket.create_connection(("127.0.0.1", port), timeout=MINUTES) as visitor:
        accepted, address = inherited.accept()
        with accepted:
            assert address == visitor.getsockname()


@pytest.mark.parametrize("text", ["0", "65536", "huit mille", "-1"])
def test_invalid_port_cannot_start(text):
    with pytest.raises(run.CannotStart, match="PORT must be a number"):
        run.chosen_port(text)


def test_old_python_is_reported():
    assert "needs Python 3.11 or newer and this is 3.9" in bootstrap.problem_with_python((3, 9, 2), has_venv=True)


def test_missing_venv_module_is_reported():
    assert "python3-venv" in bootstrap.problem_with_python((3, 13, 0), has_venv=False)


def test_supported_python_has_no_problem():
    assert bootstrap.problem_with_python((3, 11, 0), has_venv=True) == ""


def test_environment_is_reinstalled_only_if_requirements_change(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    (tmp_path / "requirements").mkdir()
    for profile in ("base", "demo", "dev"):
        (tmp_path / "requirements" / f"{profile}.txt").write_text(f"django==5.2 # {profile}\n")
    bootstrap.venv_python().parent.mkdir(parents=True)
    bootstrap.venv_python().touch()
    assert not bootstrap.is_installed("demo")
    bootstrap.stamp("dev").write_text(bootstrap.digest("dev"))
    assert bootstrap.is_installed("dev")
    assert bootstrap.is_installed("demo"), "the tools' environment holds the site's"
    (tmp_path / "requirements" / "dev.txt").write_text("django==5.2.1\n")
    assert not bootstrap.is_installed("demo")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Returns a function from the exit codes of the installers to their commands, in an empty folder, without a uv."""
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    (tmp_path / "requirements").mkdir()
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements" / "demo.txt").write_text("django==5.2\n")

    def install(*codes: int) -> list[str]:
        commands, remaining = [], iter(codes)
        monkeypatch.setattr(
            bootstrap, "run", lambda command: commands.append(" ".join(command)) or (next(remaining), "Why.\n")
        )
        bootstrap.install("demo")
        return commands

    return install


def test_uv_and_requirements_are_installed_by_hash(installed, capsys):
    fetch, rest = installed(0, 0)
    assert "pip" in fetch
    assert fetch.endswith("requirements/installer.txt")
    assert "-m uv pip install" in rest
    assert rest.endswith("requirements/demo.txt")
    assert "--require-hashes" in fetch
    assert "--require-hashes" in rest
    assert bootstrap.stamp("demo").read_text() == bootstrap.digest("demo")
    assert "uv" not in capsys.readouterr().out


def test_uv_of_the_machine_installs_the_same_hashes_without_pip(installed, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    (command,) = installed(0)
    assert command.startswith("/usr/bin/uv pip install")
    assert "--require-hashes" in command
    assert f"--python {bootstrap.venv_python()}" in command
    assert command.endswith("requirements/demo.txt")
    assert bootstrap.stamp("demo").read_text() == bootstrap.digest("demo")


def test_failure_of_the_uv_of_the_machine_is_reported_and_pip_installs_uv(installed, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    _, fetch, rest = installed(1, 0, 0)
    assert fetch.endswith("requirements/installer.txt")
    assert rest.startswith(f"{bootstrap.venv_python()} -m uv pip install")
    assert "Why.\n/usr/bin/uv CANNOT BE USED HERE" in capsys.readouterr().out


@pytest.mark.parametrize("codes", [(1, 0), (0, 1, 0)], ids=["no uv for this machine", "uv fails"])
def test_pip_is_used_with_a_warning_if_uv_fails(installed, capsys, codes):
    last = installed(*codes)[-1]
    assert "-m uv" not in last
    assert "--require-hashes" in last
    assert last.endswith("requirements/demo.txt")
    assert "Why.\nuv CANNOT BE USED HERE" in capsys.readouterr().out


def test_failed_installation_exits(installed):
    with pytest.raises(SystemExit, match="Installing the packages failed"):
        installed(1, 1)
    assert not bootstrap.stamp("demo").exists()
